import type { Request, Response } from 'express';
import type { ProofService } from '../services/proof.service.js';

export class ProofController {
  constructor(private readonly proofs: ProofService) {}

  keys = (_req: Request, res: Response): void => {
    res.set('Cache-Control', 'public, max-age=300').json(this.proofs.jwks());
  };
}
