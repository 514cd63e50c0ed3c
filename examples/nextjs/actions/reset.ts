'use server';

import { redirect, RedirectType } from 'next/navigation';
import { field } from '@/lib/form';
import { explain, type FormState } from '@/lib/problems';
import { readProof } from '@/lib/proofs';
import { callService } from '@/lib/service';
import { endSession } from '@/lib/session';
import { once } from '@/lib/store';
import { startOverWithoutProof } from '@/lib/used-proof';
import { changeVisit, readVisit } from '@/lib/visit';

/**
 * Sets a new password with the proof. The service spends the proof and ends all sessions of the
 * account.
 */
export async function resetPassword(_: FormState, form: FormData): Promise<FormState> {
  const { proven } = await readVisit();
  if (proven?.purpose !== 'password-reset') redirect('/reset', RedirectType.replace);
  const { proof } = proven;
  try {
    const { phoneNumber } = await readProof(proof, 'password-reset');
    const body = { proof, newPassword: field(form, 'newPassword') };
    await once(`reset ${JSON.stringify(body)}`, () =>
      callService('/auth/password/reset', { body }),
    );
    await endSession();
    const text = 'Your password has been reset. Log in with the new one.';
    const notice = { page: '/log-in', text } as const;
    await changeVisit({ proven: undefined, login: undefined, phoneNumber, notice });
  } catch (error) {
    await startOverWithoutProof(error, '/reset');
    return explain(error);
  }
  redirect('/log-in', RedirectType.replace);
}
