import { setTimeout as sleep } from 'node:timers/promises';
import { Client, type Result } from './client.js';

/** Clients that each keep one connection and ask again as soon as they are answered. */
export class LoadGenerator {
  readonly results: Result[] = [];
  private stopped = false;
  private readonly loops: Promise<void>[];

  /**
   * @param work one request of a client. A client that is told to leave (`Connection: close`) does so: a balancer
   * would send it elsewhere.
   */
  constructor(
    url: string,
    count: number,
    work: (client: Client, turn: number) => Promise<Result>,
    options: { stopOnConnectionClose?: boolean; pauseMs?: number } = {},
  ) {
    const { stopOnConnectionClose = false, pauseMs = 0 } = options;
    this.loops = Array.from({ length: count }, async (_, i) => {
      const client = new Client(url, 1);
      for (let turn = 0; !this.stopped; turn += 1) {
        const result = await work(client, i * 1_000_000 + turn);
        this.results.push(result);
        const isTold = 'answer' in result && result.answer.headers.get('connection') === 'close';
        if (stopOnConnectionClose && (isTold || 'error' in result)) break;
        if (pauseMs > 0) await sleep(pauseMs);
      }
      client.close();
    });
  }

  /** Resolves when every client has left of its own accord. */
  async finished(): Promise<Result[]> {
    await Promise.all(this.loops);
    return this.results;
  }

  async stop(): Promise<Result[]> {
    this.stopped = true;
    return this.finished();
  }
}
