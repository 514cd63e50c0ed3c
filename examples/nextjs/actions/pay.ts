'use server';

import { randomUUID } from 'node:crypto';
import { redirect } from 'next/navigation';
import { typedCode } from '@/lib/form';
import { isSameBinding, orderOf } from '@/lib/orders';
import { explain, type FormState } from '@/lib/problems';
import { advance, markPaid, startNewOrder, type Payment } from '@/lib/payment';
import { readProof } from '@/lib/proofs';
import { callService, ServiceProblem } from '@/lib/service';
import { changeSession, requireSession, type Session } from '@/lib/session';
import { once } from '@/lib/store';

interface Sent {
  verificationId: string;
  expiresAt: string;
  resendAt: string;
}

/** Verifications that no code can end well any more. */
const FINAL_CODES: ReadonlySet<string> = new Set([
  'code_expired',
  'already_verified',
  'verification_not_found',
  'verification_cancelled',
  'verification_failed',
]);

/** Has the code sent: to the number of the session, for the order as the server knows it. */
export async function askForPaymentCode(): Promise<FormState> {
  const session = await requireSession();
  if (session.payment || session.paidAt) redirect('/pay');
  const { binding } = orderOf(session);
  try {
    const body = { phoneNumber: session.phoneNumber, purpose: 'transaction', binding };
    // However often it is asked for: one message for one attempt.
    const options = { body, idempotencyKey: `pay-${session.attempt}` };
    const asked = callService<Sent>('/request-otp', options);
    await updatePayment(session, await asked.then(paymentStep, recoverUnknownOutcome));
  } catch (error) {
    return explain(error);
  }
  redirect('/pay');
}

/** Another message for the same order. */
export async function resendPaymentCode(): Promise<FormState> {
  const session = await requireSession();
  if (!session.payment) redirect('/pay');
  const path = `/verifications/${session.payment.verificationId}/resend`;
  try {
    const sent = await once(path, () => callService<Sent>(path, { body: {} }));
    await updatePayment(session, paymentStep(sent));
    return { values: { sent: 'A new code is on its way. Only this one counts now.' } };
  } catch (error) {
    await restartIfFinal(session, error);
    return explain(error);
  }
}

export async function confirmPayment(_: FormState, form: FormData): Promise<FormState> {
  const session = await requireSession();
  if (!session.payment) redirect('/pay');
  const { verificationId } = session.payment;
  try {
    // Sent twice at once, as from two tabs, it is one try with one outcome.
    await once(`pay ${verificationId}`, () => pay(session, verificationId, typedCode(form)));
  } catch (error) {
    await restartIfFinal(session, error);
    return explain(error);
  }
  redirect('/pay');
}

export async function payAnother(): Promise<void> {
  await changeSession(startNewOrder);
  redirect('/pay');
}

/** Checks the code, then the proof against the order, and pays only with a proof that nobody has spent. */
async function pay(session: Session, verificationId: string, code: string): Promise<void> {
  const order = orderOf(session);
  const body = { verificationId, code };
  const { proof } = await callService<{ proof: string }>('/verify-otp', { body });
  const { phoneNumber, binding } = await readProof(proof, 'transaction');
  if (phoneNumber !== session.phoneNumber || !isSameBinding(binding, order.binding)) {
    throw new ServiceProblem('proof_invalid');
  }
  await callService('/proofs/spend', { body: { proof } });
  await changeSession((now) => markPaid(now, order.id));
}

const paymentStep = ({ verificationId, expiresAt, resendAt }: Sent): Partial<Payment> => ({
  payment: { verificationId, expiresAt: Date.parse(expiresAt), resendAt: Date.parse(resendAt) },
});

/** Nobody knows whether the message went out; if it did, its code is good. */
async function recoverUnknownOutcome(error: unknown): Promise<Partial<Payment>> {
  const isUnknown = error instanceof ServiceProblem && error.code === 'provider_outcome_unknown';
  if (!isUnknown || !error.verificationId) throw error;
  const sent = await callService<Sent>(`/verifications/${error.verificationId}`);
  return { ...paymentStep(sent), notice: explain(error).message };
}

const updatePayment = (before: Session, step: Partial<Payment>): Promise<void> =>
  changeSession((now) => advance(now, before, step));

/** When no code can end it well any more: back to where a new one is asked for, with the reason. */
async function restartIfFinal(before: Session, error: unknown): Promise<void> {
  if (!(error instanceof ServiceProblem)) return;
  if (!error.wasLastTry && !FINAL_CODES.has(error.code)) return;
  await updatePayment(before, { attempt: randomUUID(), notice: explain(error).message });
  redirect('/pay');
}
