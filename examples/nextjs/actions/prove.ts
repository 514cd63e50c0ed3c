'use server';

import { explain, type FormState } from '@/lib/problems';
import { readProof } from '@/lib/proofs';
import { changeVisit } from '@/lib/visit';

/** Accepts a proof from the element for this purpose and keeps it for the next step. */
export async function acceptProof(purpose: string, proof: string): Promise<FormState> {
  try {
    if (purpose !== 'register' && purpose !== 'password-reset') return { message: 'Start again.' };
    const { phoneNumber, expiresAt } = await readProof(String(proof), purpose);
    await changeVisit({ proven: { purpose, proof, phoneNumber, expiresAt } });
    return {};
  } catch (error) {
    return explain(error);
  }
}

export async function forgetProof(): Promise<void> {
  await changeVisit({ proven: undefined });
}
