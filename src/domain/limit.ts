/** At most `count` in any `windowSeconds`. */
export interface Limit {
  count: number;
  windowSeconds: number;
}

/** The most that a limit can be. */
export const MAX_COUNT = 999_999_999;
const UNIT_SECONDS = { s: 1, m: 60, h: 3600, d: 86_400 } as const;
const PATTERN = /^([1-9][0-9]{0,8})\/([1-9][0-9]{0,5})([smhd])$/;
const MAX_WINDOW_SECONDS = 31 * UNIT_SECONDS.d;

/**
 * Parses `count/window`, comma-separated: `5/1h,10/24h`. `off` is no limit.
 * @returns undefined for invalid text
 */
export function parseLimits(text: string): Limit[] | undefined {
  if (text === 'off') return [];
  const limits: Limit[] = [];
  for (const part of text.split(',')) {
    const match = PATTERN.exec(part.trim());
    if (!match) return undefined;
    const unit = match[3] as keyof typeof UNIT_SECONDS;
    const windowSeconds = Number(match[2]) * UNIT_SECONDS[unit];
    if (windowSeconds > MAX_WINDOW_SECONDS) return undefined;
    // Two quotas for one window are contradictory.
    if (limits.some((limit) => limit.windowSeconds === windowSeconds)) return undefined;
    limits.push({ count: Number(match[1]), windowSeconds });
  }
  return limits;
}
