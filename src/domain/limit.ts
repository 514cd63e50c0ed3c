/** At most `count` in any `windowSeconds`. */
export interface Limit {
  count: number;
  windowSeconds: number;
}

const UNIT_SECONDS = { s: 1, m: 60, h: 3600, d: 86_400 } as const;
const WRITTEN = /^([1-9][0-9]{0,8})\/([1-9][0-9]{0,5})([smhd])$/;
const LONGEST_WINDOW_SECONDS = 31 * UNIT_SECONDS.d;

/**
 * Reads `count/window`, several separated by commas: `5/1h,10/24h`. `off` is no limit at all.
 * Undefined when the text says something else.
 */
export function parseLimits(text: string): Limit[] | undefined {
  if (text === 'off') return [];
  const limits: Limit[] = [];
  for (const part of text.split(',')) {
    const match = WRITTEN.exec(part.trim());
    if (!match) return undefined;
    const unit = match[3] as keyof typeof UNIT_SECONDS;
    const windowSeconds = Number(match[2]) * UNIT_SECONDS[unit];
    if (windowSeconds > LONGEST_WINDOW_SECONDS) return undefined;
    // Two quotas for one window contradict each other.
    if (limits.some((limit) => limit.windowSeconds === windowSeconds)) return undefined;
    limits.push({ count: Number(match[1]), windowSeconds });
  }
  return limits;
}
