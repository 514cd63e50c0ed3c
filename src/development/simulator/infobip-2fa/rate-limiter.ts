const UNIT_MS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const DURATION = /^(\d{0,9})(ms|s|m|h|d)$/;
const RATE = /^(\d{1,9})\/(\d{0,9}(?:ms|s|m|h|d))$/;

export const DAY_MS = UNIT_MS.d;
export const YEAR_MS = 365 * DAY_MS;

/** At most `attempts` in any window of `windowMs`. */
export interface Rate {
  attempts: number;
  windowMs: number;
}

/**
 * Parses `{length}{unit}`, with a default length of 1.
 * @returns milliseconds, or undefined for other texts.
 */
export function readDuration(text: string): number | undefined {
  const [, length = '', unit] = DURATION.exec(text) ?? [];
  if (unit === undefined) return undefined;
  const milliseconds = Number(length || '1') * UNIT_MS[unit as keyof typeof UNIT_MS];
  return milliseconds > 0 ? milliseconds : undefined;
}

/** Parses `{attempts}/{length}{unit}`; undefined for other texts. */
export function readRate(text: string): Rate | undefined {
  const [, attempts, window = ''] = RATE.exec(text) ?? [];
  const windowMs = readDuration(window);
  return windowMs === undefined ? undefined : { attempts: Number(attempts), windowMs };
}

/** Sliding-window counters by key. Drops the oldest keys beyond the capacity. */
export class RateLimiter {
  private readonly timestamps = new Map<string, number[]>();

  constructor(private readonly capacity = 100_000) {}

  fits(key: string, { attempts, windowMs }: Rate): boolean {
    const timestamps = this.timestamps.get(key) ?? [];
    const begin = Date.now() - windowMs;
    const inside = timestamps.findIndex((timestamp) => timestamp > begin);
    timestamps.splice(0, inside === -1 ? timestamps.length : inside);
    return timestamps.length < attempts;
  }

  add(key: string): void {
    const timestamps = this.timestamps.get(key);
    if (timestamps) timestamps.push(Date.now());
    else this.timestamps.set(key, [Date.now()]);
    if (this.timestamps.size <= this.capacity) return;
    for (const oldest of this.timestamps.keys()) {
      this.timestamps.delete(oldest);
      return;
    }
  }

  /**
   * Counts one more event if it stays within the rate.
   * @returns whether it did.
   */
  take(key: string, rate: Rate): boolean {
    const fits = this.fits(key, rate);
    if (fits) this.add(key);
    return fits;
  }
}
