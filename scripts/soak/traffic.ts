import { Agent, request } from 'node:http';
import type { SoakProvider } from './provider.js';

interface Reply {
  status: number;
  body: Record<string, unknown>;
}

const NUMBERS = 2_000_000;
const LATENCIES_KEPT = 200_000;

/** Sends whole verifications, some with wrong codes, and other requests at a steady rate. */
export class Traffic {
  /** Responses with status 500 or above. */
  serverErrors = 0;
  /** Requests without a response. */
  broken = 0;
  private readonly statuses = new Map<number, number>();
  private readonly latencies: number[] = [];
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 64 });
  private readonly startedAt = performance.now();
  private readonly timer: NodeJS.Timeout;
  private readonly running = new Set<Promise<void>>();
  private begun = 0;
  private answered = 0;
  private nextNumber = Math.floor(Math.random() * NUMBERS);

  constructor(
    private readonly url: string,
    private readonly provider: SoakProvider,
    private readonly requestsPerSecond: number,
    /** Ignores latencies before this time: the process is warming up. */
    private readonly timeFromSeconds: number,
  ) {
    this.timer = setInterval(() => this.tick(), 20);
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await Promise.all(this.running);
    this.agent.destroy();
  }

  /** Number of open connections. */
  connections(): number {
    const { sockets, freeSockets } = this.agent;
    return [...Object.values(sockets), ...Object.values(freeSockets)].reduce(
      (sum, list) => sum + (list?.length ?? 0),
      0,
    );
  }

  /** Answered requests as a share of the requests due. */
  rate(): number {
    return this.answered / (this.due() || 1);
  }

  percentile(p: number): number {
    const sorted = [...this.latencies].sort((a, b) => a - b);
    return sorted[Math.floor(sorted.length * p)] ?? NaN;
  }

  summary(): string {
    const counts = [...this.statuses]
      .sort(([a], [b]) => a - b)
      .map(([status, n]) => `${n} × ${status}`);
    return [...counts, ...(this.broken > 0 ? [`${this.broken} broken`] : [])].join(' + ');
  }

  private due(): number {
    return ((performance.now() - this.startedAt) / 1000) * this.requestsPerSecond;
  }

  /** Starts callers to keep the rate. One caller sends about four requests. */
  private tick(): void {
    while (this.begun < this.due()) {
      this.begun += 4;
      const one = this.caller().catch(() => undefined);
      this.running.add(one);
      void one.then(() => this.running.delete(one));
    }
  }

  private async caller(): Promise<void> {
    this.nextNumber = (this.nextNumber + 7_919) % NUMBERS;
    const phoneNumber = `+1415${2_000_000 + this.nextNumber}`;
    const asked = await this.call('POST', '/request-otp', { phoneNumber });
    if (asked?.status !== 200) return;
    const verificationId = String(asked.body['verificationId']);
    const choice = Math.random();
    if (choice < 0.1) await this.call('DELETE', `/verifications/${verificationId}`);
    if (choice < 0.5) await this.call('POST', '/verify-otp', { verificationId, code: '0000' });
    else await this.call('GET', `/verifications/${verificationId}`);
    const right = { verificationId, code: this.provider.code };
    const verified = await this.call('POST', '/verify-otp', right);
    if (verified?.status === 200)
      await this.call('POST', '/proofs/spend', { proof: verified.body['proof'] });
    else await this.call('GET', '/readyz');
  }

  private async call(method: string, path: string, body?: object): Promise<Reply | undefined> {
    const from = performance.now();
    try {
      const reply = await this.send(method, path, body);
      this.answered += 1;
      this.statuses.set(reply.status, (this.statuses.get(reply.status) ?? 0) + 1);
      // A 502 passes on a refusal of the provider stub.
      if (reply.status >= 500 && reply.status !== 502) this.serverErrors += 1;
      const isTimed = from - this.startedAt > this.timeFromSeconds * 1000;
      if (isTimed && this.latencies.length < LATENCIES_KEPT)
        this.latencies.push(performance.now() - from);
      return reply;
    } catch {
      this.broken += 1;
      return undefined;
    }
  }

  private send(method: string, path: string, body?: object): Promise<Reply> {
    const text = body === undefined ? undefined : JSON.stringify(body);
    const headers = text === undefined ? {} : { 'content-type': 'application/json' };
    return new Promise((resolve, reject) => {
      const req = request(this.url + path, { method, agent: this.agent, headers }, (res) => {
        let said = '';
        res.setEncoding('utf8').on('data', (piece: string) => (said += piece));
        res.on('error', reject);
        res.on('end', () => {
          resolve({ status: res.statusCode ?? 0, body: JSON.parse(said || '{}') as Reply['body'] });
        });
      });
      req.on('error', reject);
      req.end(text);
    });
  }
}
