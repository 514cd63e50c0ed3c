import { expect, it } from '@jest/globals';
import {
  advance,
  newOrder,
  markPaid,
  startNewOrder,
  type Payment,
} from '../../../examples/nextjs/lib/payment.js';

const payment = { verificationId: 'one', expiresAt: 2, resendAt: 1 };
const asked: Payment = { ...newOrder(), payment };
const givenUp = { attempt: 'another', notice: 'This code has already been used.' };

it('goes on from where it was', () => {
  expect(advance(asked, asked, givenUp)).toEqual({
    orderId: asked.orderId,
    payment: undefined,
    ...givenUp,
  });
});

it('takes no step after another tab has markPaid, asked anew or gone on to another order', () => {
  const changed = [
    markPaid(asked, asked.orderId),
    { ...asked, payment: { ...payment, verificationId: 'two' } },
    { ...asked, ...newOrder() },
  ];
  for (const now of changed) expect(advance(now, asked, givenUp)).toBe(now);
});

it('is paid also when another tab has given up in the meantime', () => {
  const now = markPaid(advance(asked, asked, givenUp), asked.orderId);
  expect(now).toMatchObject({ orderId: asked.orderId, paidAt: expect.any(Number) });
  expect(now.notice).toBeUndefined();
});

it('is paid once, and under its own order', () => {
  const now = markPaid(asked, asked.orderId);
  expect(markPaid(now, asked.orderId)).toBe(now);
  const other = { ...asked, ...newOrder() };
  expect(markPaid(other, asked.orderId)).toBe(other);
});

it('begins another order only after this one is paid', () => {
  expect(startNewOrder(asked)).toBe(asked);
  const next = startNewOrder(markPaid(asked, asked.orderId));
  expect(next.orderId).not.toBe(asked.orderId);
  expect(next.paidAt).toBeUndefined();
});
