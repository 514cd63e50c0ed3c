import { heard } from './observe.js';
import type { FaultyProvider, Mishap } from './faulty-provider.js';
import type { Recorded } from './search.js';
import type { Operation } from './states.js';

/** The same numbers for the same seed (mulberry32): which operations are asked can be had again, their timing cannot. */
export class Dice {
  constructor(private state: number) {}

  /** From 0 up to, not including, 1. */
  roll(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  }

  below(limit: number): number {
    return Math.floor(this.roll() * limit);
  }

  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)]!;
  }
}

/** Where the service is, or how to wait until it is somewhere again. */
export interface Address {
  url(): Promise<string>;
  codesOf(number: string): string[];
  now(): number;
}

const PURPOSES = ['login', 'login', 'login', 'payment'];

/** The clients of a few numbers: what they know of them, ask and are told. */
export class Crowd {
  readonly recorded = new Map<string, Recorded[]>();
  private readonly ids = new Map<string, string[]>();
  private asked = 0;

  constructor(
    readonly numbers: readonly string[],
    private readonly address: Address,
    private readonly dice: Dice,
  ) {
    for (const number of numbers) {
      this.recorded.set(number, []);
      this.ids.set(number, []);
    }
  }

  /** So many clients at once, so many operations altogether. */
  async play(clients: number, operations: number): Promise<void> {
    let left = operations;
    const client = async () => {
      while (left > 0) {
        left -= 1;
        await this.playOne();
      }
    };
    await Promise.all(Array.from({ length: clients }, client));
  }

  /** From here on nothing of what had no answer can happen any more. */
  endLost(): void {
    for (const recorded of [...this.recorded.values()].flat()) {
      if (recorded.endedAt === Infinity) recorded.endedAt = performance.now();
    }
  }

  private async playOne(): Promise<void> {
    // The lower of two: a few numbers are asked for by many at once.
    const count = this.numbers.length;
    const number = this.numbers[Math.min(this.dice.below(count), this.dice.below(count))]!;
    this.asked += 1;
    const operation = this.choose(number, `lost ${this.asked}`);
    const url = await this.address.url();
    const recorded: Recorded = {
      operation,
      invokedAt: performance.now(),
      endedAt: Infinity,
      now: this.address.now(),
      answer: undefined,
    };
    this.recorded.get(number)!.push(recorded);
    try {
      const { status, body } = await send(url, number, operation);
      recorded.endedAt = performance.now();
      recorded.answer = heard({ status, body });
      if (operation.kind !== 'request') return;
      const id = body['verificationId'];
      if (typeof id !== 'string') return;
      recorded.operation = { ...operation, key: id };
      this.ids.get(number)!.push(id);
    } catch {
      // Lost with the process. Whether anything of it happened is for the search to say.
    }
  }

  private choose(number: string, key: string): Operation {
    const { dice } = this;
    const ids = this.ids.get(number)!;
    const luck = dice.roll();
    const purpose = dice.pick(PURPOSES);
    const fault = 'none';
    if (ids.length === 0 || luck < 0.16) return { kind: 'request', key, purpose, fault };
    const of = dice.roll() < 0.8 ? ids.at(-1)! : dice.pick(ids);
    if (luck < 0.3) return { kind: 'resend', of, fault };
    if (luck < 0.36) return { kind: 'cancel', of };
    if (luck < 0.5) return { kind: 'read', of };
    const code = this.guess(number);
    if (luck < 0.62) return { kind: 'check-by-number', purpose, code, fault };
    return { kind: 'check', of, code, fault };
  }

  private guess(number: string): string {
    const { dice } = this;
    const codes = this.address.codesOf(number);
    const luck = dice.roll();
    if (codes.length === 0 || luck < 0.5) return String(1000 + dice.below(9000));
    return luck < 0.85 ? codes.at(-1)! : dice.pick(codes);
  }
}

/** Now and then something goes wrong at the provider, and always it takes a while. */
export function spoil(provider: FaultyProvider, dice: Dice): void {
  provider.plan = (): Mishap => {
    const delay = [dice.below(6), dice.below(6)] as const;
    const luck = dice.roll();
    if (luck < 0.04) return { fault: 'refused', delay };
    if (luck < 0.07) return { fault: 'lost-before', delay };
    if (luck < 0.11) return { fault: 'lost-after', delay };
    if (luck < 0.13) return { fault: 'nonsense', delay };
    if (luck < 0.18) return { fault: 'none', delay: [30 + dice.below(30), 30 + dice.below(30)] };
    return { fault: 'none', delay };
  };
}

async function send(url: string, number: string, operation: Operation) {
  const { method, path, body } = wire(number, operation);
  const response = await fetch(url + path, {
    method,
    ...(body && {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

/** How an operation is asked for; its `of` is the id. */
export function wire(
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
