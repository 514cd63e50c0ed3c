import { expect, it } from '@jest/globals';
import {
  advance,
  keepProof,
  newOrder,
  markPaid,
  startNewOrder,
  type Payment,
} from '../../../examples/nextjs/lib/payment.js';

const payment = { verificationId: 'one', expiresAt: 2, resendAt: 1 };
const asked: Payment = { ...newOrder(), payment };
const givenUp = { attempt: 'another', notice: 'This code has already been used.' };

it('applies a step to the current state', () => {
  expect(advance(asked, asked, givenUp)).toEqual({
    orderId: asked.orderId,
    payment: undefined,
    ...givenUp,
  });
});

it('applies no step after another tab has paid, requested a code or started another order', () => {
  const changed = [
    markPaid(asked, asked.orderId),
    { ...asked, payment: { ...payment, verificationId: 'two' } },
    { ...asked, ...newOrder() },
  ];
  for (const now of changed) expect(advance(now, asked, givenUp)).toBe(now);
});

it('is marked as paid even if another tab gave up meanwhile', () => {
  const now = markPaid(advance(asked, asked, givenUp), asked.orderId);
  expect(now).toMatchObject({ orderId: asked.orderId, paidAt: expect.any(Number) });
  expect(now.notice).toBeUndefined();
});

it('is marked as paid once, for its own order', () => {
  const now = markPaid(asked, asked.orderId);
  expect(markPaid(now, asked.orderId)).toBe(now);
  const other = { ...asked, ...newOrder() };
  expect(markPaid(other, asked.orderId)).toBe(other);
});

it('starts another order only after payment', () => {
  expect(startNewOrder(asked)).toBe(asked);
  const next = startNewOrder(markPaid(asked, asked.orderId));
  expect(next.orderId).not.toBe(asked.orderId);
  expect(next.paidAt).toBeUndefined();
});

it('keeps the proof of its own code for another try, and drops it with the order', () => {
  const kept = keepProof(asked, 'one', 'proof');
  expect(kept.payment).toEqual({ ...payment, proof: 'proof' });
  expect(keepProof(asked, 'two', 'proof')).toBe(asked);
  expect(markPaid(kept, asked.orderId).payment).toBeUndefined();
  expect(advance(kept, asked, givenUp).payment).toBeUndefined();
});
