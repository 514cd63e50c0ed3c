/**
 * Estimates the service's clock from the Date header, because the device's clock may be wrong or be set
 * meanwhile. The header drops fractions of a second, so a countdown ends up to a second late, never early.
 */
export class ServerClock {
  /** The service's time at the page's time origin. Undefined until a response has told it. */
  private originMs: number | undefined;

  /** Whether `now` follows the service. */
  get isSynchronized(): boolean {
    return this.originMs !== undefined;
  }

  /** @param header Date header of a response */
  sync(header: string | null): void {
    const at = Date.parse(header ?? '');
    if (!Number.isNaN(at)) this.originMs = at - performance.now();
  }

  /** Milliseconds since 1970 by the service's clock. */
  now(): number {
    return this.originMs === undefined ? Date.now() : this.originMs + performance.now();
  }
}
