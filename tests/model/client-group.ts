import { observedAnswer } from './observe.js';
import type { FaultyProvider, CallPlan } from './faulty-provider.js';
import type { RecordedOperation } from './history-checker.js';
import type { Operation } from './states.js';

/** Seeded random numbers (mulberry32). Operations are reproducible; their timing is not. */
export class SeededRandom {
  constructor(private state: number) {}

  next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  }

  below(limit: number): number {
    return Math.floor(this.next() * limit);
  }

  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)]!;
  }
}

export interface ServiceAddress {
  url(): Promise<string>;
  /** Of every request. */
  readonly headers: Record<string, string>;
  codesOf(number: string): string[];
  now(): number;
}

const PURPOSES = ['login', 'login', 'login', 'payment'];

/** Concurrent clients of a few numbers, and the history they record. */
export class ClientGroup {
  readonly recorded = new Map<string, RecordedOperation[]>();
  private readonly ids = new Map<string, string[]>();
  private asked = 0;

  constructor(
    readonly numbers: readonly string[],
    private readonly address: ServiceAddress,
    private readonly random: SeededRandom,
  ) {
    for (const number of numbers) {
      this.recorded.set(number, []);
      this.ids.set(number, []);
    }
  }

  async run(clients: number, operations: number): Promise<void> {
    let left = operations;
    const client = async () => {
      while (left > 0) {
        left -= 1;
        await this.runOne();
      }
    };
    await Promise.all(Array.from({ length: clients }, client));
  }

  /** Ends operations without a response: the killed process can no longer act on them. */
  settleLost(): void {
    for (const recorded of [...this.recorded.values()].flat()) {
      if (recorded.endedAt === Infinity) recorded.endedAt = performance.now();
    }
  }

  private async runOne(): Promise<void> {
    // The minimum of two draws favours low indexes, so that clients contend for a few numbers.
    const count = this.numbers.length;
    const number = this.numbers[Math.min(this.random.below(count), this.random.below(count))]!;
    this.asked += 1;
    const operation = this.choose(number, `lost ${this.asked}`);
    const url = await this.address.url();
    const recorded: RecordedOperation = {
      operation,
      invokedAt: performance.now(),
      endedAt: Infinity,
      now: this.address.now(),
      answer: undefined,
    };
    this.recorded.get(number)!.push(recorded);
    try {
      const { status, body } = await send(url, this.address.headers, number, operation);
      recorded.endedAt = performance.now();
      recorded.answer = observedAnswer({ status, body });
      if (operation.kind !== 'request') return;
      const id = body['verificationId'];
      if (typeof id !== 'string') return;
      recorded.operation = { ...operation, key: id };
      this.ids.get(number)!.push(id);
    } catch {
      // Lost in the crash. The checker decides whether it took effect.
    }
  }

  private choose(number: string, key: string): Operation {
    const { random } = this;
    const ids = this.ids.get(number)!;
    const roll = random.next();
    const purpose = random.pick(PURPOSES);
    const fault = 'none';
    if (ids.length === 0 || roll < 0.16) return { kind: 'request', key, purpose, fault };
    const of = random.next() < 0.8 ? ids.at(-1)! : random.pick(ids);
    if (roll < 0.3) return { kind: 'resend', of, fault };
    if (roll < 0.36) return { kind: 'cancel', of };
    if (roll < 0.5) return { kind: 'read', of };
    const code = this.guess(number);
    if (roll < 0.62) return { kind: 'check-by-number', purpose, code, fault };
    return { kind: 'check', of, code, fault };
  }

  private guess(number: string): string {
    const { random } = this;
    const codes = this.address.codesOf(number);
    const roll = random.next();
    if (codes.length === 0 || roll < 0.5) return String(1000 + random.below(9000));
    return roll < 0.85 ? codes.at(-1)! : random.pick(codes);
  }
}

/** Delays every provider call and injects faults into some. */
export function injectFaults(provider: FaultyProvider, random: SeededRandom): void {
  provider.plan = (): CallPlan => {
    const delay = [random.below(6), random.below(6)] as const;
    const roll = random.next();
    if (roll < 0.04) return { fault: 'refused', delay };
    if (roll < 0.06) return { fault: 'lost-before', delay };
    if (roll < 0.08) return { fault: 'gateway-before', delay };
    if (roll < 0.1) return { fault: 'lost-after', delay };
    if (roll < 0.12) return { fault: 'gateway-after', delay };
    if (roll < 0.14) return { fault: 'nonsense', delay };
    if (roll < 0.18)
      return { fault: 'none', delay: [30 + random.below(30), 30 + random.below(30)] };
    return { fault: 'none', delay };
  };
}

async function send(
  url: string,
  headers: Record<string, string>,
  number: string,
  operation: Operation,
) {
  const { method, path, body } = requestOf(number, operation);
  const response = await fetch(url + path, {
    method,
    headers,
    ...(body && { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

export function requestOf(
  number: string,
  operation: Operation,
): { method: string; path: string; body?: object } {
  switch (operation.kind) {
    case 'request': {
      const body = { phoneNumber: number, purpose: operation.purpose };
      return { method: 'POST', path: '/request-otp', body };
    }
    case 'resend':
      return { method: 'POST', path: `/verifications/${operation.of}/resend`, body: {} };
    case 'check': {
      const body = { verificationId: operation.of, code: operation.code };
      return { method: 'POST', path: '/verify-otp', body };
    }
    case 'check-by-number': {
      const { purpose, code } = operation;
      return { method: 'POST', path: '/verify-otp', body: { phoneNumber: number, purpose, code } };
    }
    case 'cancel':
      return { method: 'DELETE', path: `/verifications/${operation.of}` };
    case 'read':
      return { method: 'GET', path: `/verifications/${operation.of}` };
  }
}
