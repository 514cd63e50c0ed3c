'use server';

import { randomUUID } from 'node:crypto';
import { revalidatePath } from 'next/cache';
import { redirect, RedirectType } from 'next/navigation';
import { field, typedCode } from '@/lib/form';
import { isSameBinding, orderOf } from '@/lib/orders';
import { explain, type FormState } from '@/lib/problems';
import {
  advance,
  keepProof,
  markPaid,
  startNewOrder,
  type Payment,
  type PendingPayment,
} from '@/lib/payment';
import { readProof } from '@/lib/proofs';
import { callService, ServiceProblem } from '@/lib/service';
import { changeSession, requireSession, type Session } from '@/lib/session';
import { once } from '@/lib/store';

interface Sent {
  verificationId: string;
  expiresAt: string;
  resendAt: string;
}

/** Errors after which no code can confirm the payment. */
const FINAL_CODES: ReadonlySet<string> = new Set([
  'code_expired',
  'already_verified',
  'verification_not_found',
  'verification_cancelled',
  'verification_failed',
  'proof_invalid',
  'proof_spent',
]);

/** Sends a code to the session's number, for the order as the server knows it. */
export async function askForPaymentCode(): Promise<FormState> {
  const session = await requireSession('/pay');
  if (session.payment || session.paidAt) showPayment();
  const { binding } = orderOf(session);
  try {
    const body = { phoneNumber: session.phoneNumber, purpose: 'transaction', binding };
    const options = { body, idempotencyKey: `pay-${session.attempt}` };
    const asked = callService<Sent>('/request-otp', options);
    await updatePayment(session, await asked.then(paymentStep, recoverUnknownOutcome));
  } catch (error) {
    return explain(error);
  }
  showPayment();
}

export async function resendPaymentCode(): Promise<FormState> {
  const session = await requireSession('/pay');
  if (!session.payment) showPayment();
  const path = `/verifications/${session.payment.verificationId}/resend`;
  try {
    const sent = await once(path, () => callService<Sent>(path, { body: {} }));
    await updatePayment(session, paymentStep(sent));
    return { notice: 'A new code is on its way. Only the newest code works.' };
  } catch (error) {
    await restartIfFinal(session, error);
    return explain(error);
  }
}

export async function confirmPayment(_: FormState, form: FormData): Promise<FormState> {
  const session = await requireSession('/pay');
  if (!session.payment) showPayment();
  const { payment } = session;
  try {
    // Concurrent submits, as from two tabs, use one attempt.
    await once(`pay ${payment.verificationId}`, () => pay(session, payment, typedCode(form)));
  } catch (error) {
    await restartIfFinal(session, error);
    return explain(error, { code: field(form, 'code') });
  }
  showPayment();
}

export async function payAnother(): Promise<void> {
  await changeSession(startNewOrder);
  showPayment();
}

/** Checks the code, compares the proof with the order, and pays only if the proof is unspent. */
async function pay(session: Session, payment: PendingPayment, code: string): Promise<void> {
  const order = orderOf(session);
  const proof = payment.proof ?? (await proofOf(payment, code));
  const { phoneNumber, binding } = await readProof(proof, 'transaction');
  if (phoneNumber !== session.phoneNumber || !isSameBinding(binding, order.binding)) {
    throw new ServiceProblem('proof_invalid');
  }
  await callService('/proofs/spend', { body: { proof } }).catch((error: unknown) => {
    // Only this payment knows its proof, so an earlier try spent it and missed the answer.
    const wasSpentHere = payment.proof && (error as ServiceProblem).code === 'proof_spent';
    if (!wasSpentHere) throw error;
  });
  await changeSession((now) => markPaid(now, order.id));
}

/** Keeps the proof at once: if the payment cannot go on now, the next try needs no new code. */
async function proofOf({ verificationId }: PendingPayment, code: string): Promise<string> {
  const body = { verificationId, code };
  const { proof } = await callService<{ proof: string }>('/verify-otp', { body });
  await changeSession((now) => keepProof(now, verificationId, proof));
  return proof;
}

const paymentStep = ({ verificationId, expiresAt, resendAt }: Sent): Partial<Payment> => ({
  payment: { verificationId, expiresAt: Date.parse(expiresAt), resendAt: Date.parse(resendAt) },
});

/** The provider may have sent the message. If so, its code is valid. */
async function recoverUnknownOutcome(error: unknown): Promise<Partial<Payment>> {
  const isUnknown = error instanceof ServiceProblem && error.code === 'provider_outcome_unknown';
  if (!isUnknown || !error.verificationId) throw error;
  const sent = await callService<Sent>(`/verifications/${error.verificationId}`);
  return { ...paymentStep(sent), notice: explain(error).message };
}

/** Without the revalidation the browser keeps the title of the previous step. */
function showPayment(): never {
  revalidatePath('/pay');
  redirect('/pay', RedirectType.replace);
}

const updatePayment = (before: Session, step: Partial<Payment>): Promise<void> =>
  changeSession((now) => advance(now, before, step));

/**
 * Returns to the request for a code, with the reason, when no code can confirm the payment any
 * more.
 */
async function restartIfFinal(before: Session, error: unknown): Promise<void> {
  if (!(error instanceof ServiceProblem)) return;
  if (!error.wasLastTry && !FINAL_CODES.has(error.code)) return;
  await updatePayment(before, { attempt: randomUUID(), notice: explain(error).message });
  showPayment();
}
