import type { ProofController } from '../controllers/proof.controller.js';
import {
  introspectResponse,
  jwksResponse,
  proofBody,
  spendResponse,
} from '../schemas/proof.schema.js';
import type { Route } from './route.js';

export function proofRoutes(proofs: ProofController): Route[] {
  return [
    {
      method: 'post',
      path: '/proofs/introspect',
      tag: 'Proofs',
      summary: 'Read a proof, for callers without a JWT library',
      body: proofBody,
      response: introspectResponse,
      responseDescription:
        '`active` with the claims, or `active: false` for whatever else was given.',
      errors: [],
      handle: proofs.introspect,
    },
    {
      method: 'post',
      path: '/proofs/spend',
      tag: 'Proofs',
      summary: 'Spend a proof',
      description: 'Of any number of calls with one proof exactly one succeeds.',
      body: proofBody,
      response: spendResponse,
      responseDescription: 'It was good, and is spent now.',
      errors: ['proof_invalid', 'proof_spent'],
      handle: proofs.spend,
    },
    {
      method: 'get',
      path: '/.well-known/jwks.json',
      tag: 'Proofs',
      summary: 'The public keys that proofs are checked with',
      response: jwksResponse,
      responseDescription: 'A JWK set.',
      errors: [],
      handle: proofs.keys,
    },
  ];
}
