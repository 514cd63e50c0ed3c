import type { Request, Response } from 'express';
import { AppError } from '../errors/app-error.js';
import type { ProofBody } from '../schemas/proof.schema.js';
import type { ProofService } from '../services/proofs/proof.service.js';
import { scopeOf } from './scope-of.js';

export class ProofController {
  constructor(private readonly proofs: ProofService) {}

  keys = (_req: Request, res: Response): void => {
    res.set('Cache-Control', 'public, max-age=300').json(this.proofs.jwks());
  };

  introspect = async (req: Request<unknown, unknown, ProofBody>, res: Response): Promise<void> => {
    const claims = await this.proofs.introspect(req.body.proof, scopeOf(res));
    res.json(claims ? { active: true, ...claims } : { active: false });
  };

  spend = async (req: Request<unknown, unknown, ProofBody>, res: Response): Promise<void> => {
    const claims = await this.proofs.spend(req.body.proof, scopeOf(res));
    if (claims === 'invalid') throw new AppError('proof_invalid');
    if (claims === 'spent') throw new AppError('proof_spent');
    res.json({ spent: true, ...claims });
  };
}
