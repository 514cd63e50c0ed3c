'use server';

import { randomUUID } from 'node:crypto';
import { redirect } from 'next/navigation';
import { typedCode } from '@/lib/form';
import { isSameBinding, orderOf } from '@/lib/orders';
import { explain, type FormState } from '@/lib/problems';
import { readProof } from '@/lib/proofs';
import { callService, ServiceProblem } from '@/lib/service';
import { changeSession, requireSession } from '@/lib/session';
import { once } from '@/lib/store';
import { sentCode } from '@/lib/visit';

interface Sent {
  verificationId: string;
  expiresAt: string;
  resendAt: string;
}

const NOTHING_OPEN = { payment: undefined, paidAt: undefined, notice: undefined };

/** Verifications that no code can end well any more. */
const OVER: ReadonlySet<string> = new Set([
  'code_expired',
  'already_verified',
  'verification_not_found',
  'verification_cancelled',
  'verification_failed',
]);

/** Has the code sent: to the number of the session, for the order as the server knows it. */
export async function askForPaymentCode(): Promise<FormState> {
  const session = await requireSession();
  if (session.payment) redirect('/pay');
  const { id, binding } = orderOf(session);
  try {
    const body = { phoneNumber: session.phoneNumber, purpose: 'transaction', binding };
    // However often it is asked for: one message for one order.
    await keep(await callService<Sent>('/request-otp', { body, idempotencyKey: `pay-${id}` }));
  } catch (error) {
    return explain(error);
  }
  redirect('/pay');
}

/** Another message for the same order. */
export async function resendPaymentCode(): Promise<FormState> {
  const { payment } = await requireSession();
  if (!payment) redirect('/pay');
  const path = `/verifications/${payment.verificationId}/resend`;
  try {
    await keep(await once(path, () => callService<Sent>(path, { body: {} })));
    return { values: { sent: 'A new code is on its way. Only this one counts now.' } };
  } catch (error) {
    await giveUpIfOver(error);
    return explain(error);
  }
}

/** Checks the code, then the proof against the order, and pays only with a proof that nobody has spent. */
export async function confirmPayment(_: FormState, form: FormData): Promise<FormState> {
  const session = await requireSession();
  const { payment, phoneNumber } = session;
  if (!payment) redirect('/pay');
  const { binding } = orderOf(session);
  try {
    const body = { verificationId: payment.verificationId, code: typedCode(form) };
    const { proof } = await callService<{ proof: string }>('/verify-otp', { body });
    const proved = await readProof(proof, 'transaction');
    if (proved.phoneNumber !== phoneNumber || !isSameBinding(proved.binding, binding)) {
      throw new ServiceProblem('proof_invalid');
    }
    await callService('/proofs/spend', { body: { proof } });
    await changeSession({ ...NOTHING_OPEN, paidAt: Date.now() });
  } catch (error) {
    await giveUpIfOver(error);
    return explain(error);
  }
  redirect('/pay');
}

/** Another order of the same kind, to try it once more. */
export async function startOver(): Promise<void> {
  await changeSession({ orderId: randomUUID(), ...NOTHING_OPEN });
  redirect('/pay');
}

async function keep(sent: Sent): Promise<void> {
  const times = sentCode(sent);
  if (times)
    await changeSession({
      ...NOTHING_OPEN,
      payment: { verificationId: sent.verificationId, sent: times },
    });
}

/** When no code can end it well any more: back to where a new one is asked for, with the reason. */
async function giveUpIfOver(error: unknown): Promise<void> {
  if (!(error instanceof ServiceProblem)) return;
  if (!error.wasLastTry && !OVER.has(error.code)) return;
  const notice = explain(error).message;
  await changeSession({ orderId: randomUUID(), ...NOTHING_OPEN, notice });
  redirect('/pay');
}
