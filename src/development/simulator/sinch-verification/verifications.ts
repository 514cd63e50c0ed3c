import { randomUUID } from 'node:crypto';
import { STATUS_OF_REASON, type Method, type Reason, type Status } from './constants.js';

export interface Verification {
  readonly id: string;
  readonly method: Method;
  readonly endpoint: string;
  readonly reference: string | undefined;
  readonly custom: string | undefined;
  readonly startedAt: Date;
  status: Status;
  reason: Reason | undefined;
  source: 'intercepted' | 'manual' | undefined;
  /** The code, caller's number or address that verifies the number; null until accepted. */
  secret: string | null;
  wrongReports: number;
  /** True once the callback has approved it. Approval aborts the pending verification of the number. */
  accepted: boolean;
}

type NewVerification = Pick<Verification, 'method' | 'endpoint' | 'reference' | 'custom'>;

/**
 * All verifications of the application. At most one per number is pending. Drops the oldest beyond
 * the capacity.
 */
export class Verifications {
  private readonly byIdentifier = new Map<string, Verification>();
  private readonly expiries = new Map<Verification, NodeJS.Timeout>();

  /** `onEnd` is called for every verification that leaves `PENDING`. */
  constructor(
    private readonly onEnd: (verification: Verification) => void,
    private readonly capacity = 10_000,
  ) {}

  add(request: NewVerification): Verification {
    const verification: Verification = {
      ...request,
      id: randomUUID(),
      startedAt: new Date(),
      status: 'PENDING',
      reason: undefined,
      source: undefined,
      secret: null,
      wrongReports: 0,
      accepted: false,
    };
    this.byIdentifier.set(verification.id, verification);
    this.evictOldest();
    return verification;
  }

  /** Accepts reports until expiry, and aborts the pending verification of the same number. */
  accept(verification: Verification, secret: string, lifetimeSeconds: number): void {
    for (const other of this.of(verification.endpoint)) {
      if (other.accepted) this.end(other, 'ABORTED');
    }
    verification.accepted = true;
    verification.secret = secret;
    const expire = () => this.endWithReason(verification, 'Expired');
    this.expiries.set(verification, setTimeout(expire, lifetimeSeconds * 1000).unref());
  }

  end(verification: Verification, status: Status, reason?: Reason): void {
    if (verification.status !== 'PENDING') return;
    verification.status = status;
    verification.reason = reason;
    clearTimeout(this.expiries.get(verification));
    this.expiries.delete(verification);
    this.onEnd(verification);
  }

  endWithReason(verification: Verification, reason: Reason): void {
    this.end(verification, STATUS_OF_REASON[reason], reason);
  }

  byId(id: string): Verification | undefined {
    return this.byIdentifier.get(id);
  }

  byReference(reference: string): Verification | undefined {
    return [...this.byIdentifier.values()].find((one) => one.reference === reference);
  }

  pendingSeamless(targetUri: string): Verification | undefined {
    return [...this.byIdentifier.values()].find(
      (one) => one.method === 'seamless' && one.status === 'PENDING' && one.secret === targetUri,
    );
  }

  newest(endpoint: string, method: Method): Verification | undefined {
    return this.of(endpoint).findLast((one) => one.method === method);
  }

  of(endpoint: string): Verification[] {
    return [...this.byIdentifier.values()].filter((one) => one.endpoint === endpoint);
  }

  close(): void {
    for (const timer of this.expiries.values()) clearTimeout(timer);
    this.expiries.clear();
  }

  private evictOldest(): void {
    if (this.byIdentifier.size <= this.capacity) return;
    for (const oldest of this.byIdentifier.values()) {
      clearTimeout(this.expiries.get(oldest));
      this.expiries.delete(oldest);
      this.byIdentifier.delete(oldest.id);
      return;
    }
  }
}
