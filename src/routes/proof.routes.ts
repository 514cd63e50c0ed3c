import type { ProofController } from '../controllers/proof.controller.js';
import { jwksAnswer } from '../schemas/proof.schema.js';
import type { Route } from './route.js';

export function proofRoutes(proofs: ProofController): Route[] {
  return [
    {
      method: 'get',
      path: '/.well-known/jwks.json',
      tag: 'Proofs',
      summary: 'The public keys that proofs are checked with',
      answer: jwksAnswer,
      answerDescription: 'A JWK set.',
      errors: [],
      handle: proofs.keys,
    },
  ];
}
