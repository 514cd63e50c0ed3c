import { randomBytes } from 'node:crypto';

export class AccessTokens {
  private readonly expiries = new Map<string, number>();

  constructor(private readonly capacity = 1000) {}

  issue(lifetimeSeconds: number): string {
    const token = randomBytes(24).toString('base64url');
    this.expiries.set(token, Date.now() + lifetimeSeconds * 1000);
    const [oldest] = this.expiries.keys();
    if (this.expiries.size > this.capacity && oldest !== undefined) this.expiries.delete(oldest);
    return token;
  }

  stateOf(token: string): 'good' | 'expired' | 'unknown' {
    const expiry = this.expiries.get(token);
    if (expiry === undefined) return 'unknown';
    return Date.now() < expiry ? 'good' : 'expired';
  }
}
