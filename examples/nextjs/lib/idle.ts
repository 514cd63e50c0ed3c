const MINUTE_MS = 60_000;

interface Activity {
  /** When the service issued the tokens; it counts its idle time from there. Milliseconds since 1970. */
  renewedAt: number;
  /** Last request, to the minute. */
  seenAt: number;
}

/** Minutes without activity, if they ended the session; undefined if something else did. */
export function idleMinutes(
  { renewedAt, seenAt }: Activity,
  idleSeconds: number,
  now = Date.now(),
): number | undefined {
  const idleMs = idleSeconds * 1000;
  if (now < renewedAt + idleMs) return undefined;
  return Math.max(1, Math.floor(Math.min(now - seenAt, idleMs) / MINUTE_MS));
}

/** Whether `seenAt` is old enough to write it again. */
export const isUnseen = ({ seenAt }: Activity, now = Date.now()): boolean =>
  now - seenAt >= MINUTE_MS;

export function endNotice(minutes: number | undefined): string {
  if (minutes === undefined) return 'You were signed out. Log in again to continue.';
  const time = `${minutes} ${minutes === 1 ? 'minute' : 'minutes'}`;
  return `You were signed out after ${time} without activity. Log in again to continue.`;
}
