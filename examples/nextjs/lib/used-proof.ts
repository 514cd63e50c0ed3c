import 'server-only';
import { redirect } from 'next/navigation';
import { ServiceProblem } from './service';
import { changeVisit } from './visit';

/** Where a proof is not good any more the number has to be proved again: back to the page that does that. */
export async function startOverWithoutProof(error: unknown, path: string): Promise<void> {
  if (!(error instanceof ServiceProblem)) return;
  if (error.code !== 'proof_invalid' && error.code !== 'proof_spent') return;
  const notice = 'The confirmation of your number is not good any more. Confirm it once more.';
  await changeVisit({ proven: undefined, notice });
  redirect(path);
}
