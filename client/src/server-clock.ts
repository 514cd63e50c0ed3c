/**
 * Estimates the service's clock from the Date header, because the device's clock may be wrong. The
 * header drops fractions of a second, so a countdown ends up to a second late, never early.
 */
export class ServerClock {
  private skewMs = 0;

  /** @param header Date header of a response */
  sync(header: string | null): void {
    const at = Date.parse(header ?? '');
    if (!Number.isNaN(at)) this.skewMs = at - Date.now();
  }

  /** Milliseconds since 1970 by the service's clock. */
  now(): number {
    return Date.now() + this.skewMs;
  }
}
