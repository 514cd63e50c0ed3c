import { parsePossiblePhoneNumber, type PhoneNumber } from '../../domain/phone-number.js';
import type { Scope } from '../../domain/scope.js';
import { AppError } from '../../errors/app-error.js';
import type { ProofClaims, ProofService } from '../proofs/proof.service.js';

/** Purposes of the proofs that accounts accept. */
export type AccountPurpose = 'register' | 'password-reset' | 'phone-change';

/** Accepts proofs for account changes: each needs the right purpose and works once. */
export class AccountProofs {
  constructor(private readonly proofs: ProofService) {}

  /** The proved number; does not spend the proof. @throws AppError `proof_invalid` or `proof_spent` */
  async verify(proof: string, purpose: AccountPurpose, scope: Scope): Promise<PhoneNumber> {
    const claims = requireValid(await this.proofs.verify(proof, scope));
    const number = claims.purpose === purpose ? parsePossiblePhoneNumber(claims.sub) : undefined;
    if (!number) throw new AppError('proof_invalid');
    return number;
  }

  /** @throws AppError `proof_invalid` or `proof_spent` */
  async spend(proof: string, scope: Scope): Promise<void> {
    requireValid(await this.proofs.spend(proof, scope));
  }
}

function requireValid(claims: ProofClaims | 'spent' | 'invalid'): ProofClaims {
  if (claims === 'invalid') throw new AppError('proof_invalid');
  if (claims === 'spent') throw new AppError('proof_spent');
  return claims;
}
