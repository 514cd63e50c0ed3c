import { setTimeout as sleep } from 'node:timers/promises';
import { Client, type Result } from './client.js';

/** Closed-loop load: each client keeps one connection and sends its next request after the response. */
export class LoadGenerator {
  readonly results: Result[] = [];
  private stopped = false;
  private readonly loops: Promise<void>[];

  /** `stopOnConnectionClose` ends a client at `Connection: close`. */
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
        const isClosing = 'answer' in result && result.answer.headers.get('connection') === 'close';
        if (stopOnConnectionClose && (isClosing || 'error' in result)) break;
        if (pauseMs > 0) await sleep(pauseMs);
      }
      client.close();
    });
  }

  async finished(): Promise<Result[]> {
    await Promise.all(this.loops);
    return this.results;
  }

  async stop(): Promise<Result[]> {
    this.stopped = true;
    return this.finished();
  }
}
