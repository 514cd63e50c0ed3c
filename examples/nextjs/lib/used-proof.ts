import 'server-only';
import { redirect, RedirectType } from 'next/navigation';
import { ServiceProblem } from './service';
import { changeVisit, type NoticePage } from './visit';

/** Returns to the verification of the number when its proof is expired or spent. */
export async function startOverWithoutProof(error: unknown, page: NoticePage): Promise<void> {
  if (!(error instanceof ServiceProblem)) return;
  if (error.code !== 'proof_invalid' && error.code !== 'proof_spent') return;
  const text = 'The confirmation of your number is no longer valid. Confirm it again.';
  await changeVisit({ proven: undefined, notice: { page, text } });
  redirect(page, RedirectType.replace);
}
