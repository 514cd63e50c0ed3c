import { randomUUID } from 'node:crypto';

export interface PendingPayment {
  verificationId: string;
  expiresAt: number;
  resendAt: number;
  /** Present once the code was right, until the order is paid: the code works once. */
  proof?: string;
}

/**
 * The payment of a session. Several tabs may change it, so each change starts from the current
 * state.
 */
export interface Payment {
  orderId: string;
  /** Sends one message. A new attempt starts when no code can confirm the payment any more. */
  attempt: string;
  /** Present while a code is pending; times in milliseconds since 1970. */
  payment?: PendingPayment | undefined;
  paidAt?: number | undefined;
  notice?: string | undefined;
}

const CLEARED = { payment: undefined, notice: undefined };

export const newOrder = () => ({ orderId: randomUUID(), attempt: randomUUID() });

/** Applies a step, unless the order is paid or another tab has changed it since `before`. */
export function advance<State extends Payment>(
  now: State,
  before: Payment,
  step: Partial<Payment>,
): State {
  const isAsBefore =
    now.orderId === before.orderId &&
    now.payment?.verificationId === before.payment?.verificationId;
  return isAsBefore && !now.paidAt ? { ...now, ...CLEARED, ...step } : now;
}

/** Keeps the proof for another try, unless another tab has changed the payment. */
export function keepProof<State extends Payment>(
  now: State,
  verificationId: string,
  proof: string,
): State {
  const { payment } = now;
  if (payment?.verificationId !== verificationId) return now;
  return { ...now, payment: { ...payment, proof } };
}

/** Marks this order as paid, whatever other tabs did with it. */
export function markPaid<State extends Payment>(now: State, orderId: string): State {
  if (now.orderId !== orderId || now.paidAt) return now;
  return { ...now, ...CLEARED, paidAt: Date.now() };
}

export function startNewOrder<State extends Payment>(now: State): State {
  return now.paidAt ? { ...now, ...CLEARED, paidAt: undefined, ...newOrder() } : now;
}
