import { setTimeout as sleep } from 'node:timers/promises';

const KEPT = 64;

/**
 * How long something usually takes, so that its absence can take as long: whoever measures answers learns nothing from
 * them. Milliseconds, of this process.
 */
export class Pace {
  private readonly recent: number[] = [];
  private next = 0;

  note(milliseconds: number): void {
    this.recent[this.next] = milliseconds;
    this.next = (this.next + 1) % KEPT;
  }

  /** Resolves when as much time has passed since `startedAt` (of `performance.now()`) as one of the recent ones took. */
  async keep(startedAt: number): Promise<void> {
    const usual = this.recent[Math.floor(Math.random() * this.recent.length)] ?? 0;
    const left = usual - (performance.now() - startedAt);
    if (left > 0) await sleep(left);
  }
}
