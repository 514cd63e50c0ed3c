import { randomUUID } from 'node:crypto';

/** What a session holds of a payment. Several tabs may work on it, so each change looks at what is there by then. */
export interface Payment {
  /** The order in hand. */
  orderId: string;
  /** For which one message is sent; another one where no code of it can end well any more. */
  attempt: string;
  /** Between the message and its code; times in milliseconds since 1970. */
  payment?: { verificationId: string; expiresAt: number; resendAt: number } | undefined;
  paidAt?: number | undefined;
  /** Said on the page of the payment. */
  notice?: string | undefined;
}

const CLEARED = { payment: undefined, notice: undefined };

export const newOrder = () => ({ orderId: randomUUID(), attempt: randomUUID() });

/** The next step after `before`; none where the order was paid or another tab has taken a step since. */
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

/** This order is markPaid, whatever other tabs have done with it. */
export function markPaid<State extends Payment>(now: State, orderId: string): State {
  if (now.orderId !== orderId || now.paidAt) return now;
  return { ...now, ...CLEARED, paidAt: Date.now() };
}

/** Another order of the same kind, once this one is paid. */
export function startNewOrder<State extends Payment>(now: State): State {
  return now.paidAt ? { ...now, ...CLEARED, paidAt: undefined, ...newOrder() } : now;
}
