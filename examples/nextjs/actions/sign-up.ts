'use server';

import { redirect, RedirectType } from 'next/navigation';
import { field } from '@/lib/form';
import { explain, type FormState } from '@/lib/problems';
import { readProof } from '@/lib/proofs';
import { callService } from '@/lib/service';
import { once } from '@/lib/store';
import { changeVisit, readVisit } from '@/lib/visit';
import { startOverWithoutProof } from '@/lib/used-proof';

/** Creates the account for the verified number. The service spends the proof. */
export async function signUp(_: FormState, form: FormData): Promise<FormState> {
  const name = field(form, 'name').trim();
  const values = { name };
  const { proven } = await readVisit();
  if (proven?.purpose !== 'register') redirect('/sign-up', RedirectType.replace);
  const { proof } = proven;
  try {
    const { phoneNumber } = await readProof(proof, 'register');
    const body = { proof, password: field(form, 'password'), ...(name && { name }) };
    await once(`register ${JSON.stringify(body)}`, () => callService('/auth/register', { body }));
    const text = 'Your account is ready. Log in to open it.';
    await changeVisit({ proven: undefined, phoneNumber, notice: { page: '/log-in', text } });
  } catch (error) {
    await startOverWithoutProof(error, '/sign-up');
    return explain(error, values);
  }
  redirect('/log-in', RedirectType.replace);
}
