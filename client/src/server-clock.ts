/**
 * Deadlines come from the server, and the clock of this device may be minutes off. The Date header has whole seconds,
 * cut off, so the estimate is up to a second early: a countdown ends a little late, never too soon.
 */
export class ServerClock {
  private skewMs = 0;

  /** @param header the Date header of an answer */
  sync(header: string | null): void {
    const at = Date.parse(header ?? '');
    if (!Number.isNaN(at)) this.skewMs = at - Date.now();
  }

  /** Milliseconds since 1970, by the clock of the service. */
  now(): number {
    return Date.now() + this.skewMs;
  }
}
