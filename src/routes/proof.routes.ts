import type { ProofController } from '../controllers/proof.controller.js';
import { MAY } from '../domain/rights.js';
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
      callers: MAY.readProofs,
      operationId: 'introspectProof',
      tag: 'Proofs',
      summary: 'Introspect a proof',
      description: 'For callers without a JWT library.',
      body: proofBody,
      response: introspectResponse,
      responseDescription:
        '`active: true` with the claims of a valid proof; `active: false` for any other input.',
      errors: [],
      handle: proofs.introspect,
    },
    {
      method: 'post',
      path: '/proofs/spend',
      callers: MAY.readProofs,
      operationId: 'spendProof',
      tag: 'Proofs',
      summary: 'Spend a proof',
      description: 'Exactly one call per proof succeeds, also with concurrent calls.',
      body: proofBody,
      response: spendResponse,
      responseDescription: 'The proof was valid and is now spent.',
      errors: ['proof_invalid', 'proof_spent'],
      handle: proofs.spend,
    },
    {
      method: 'get',
      path: '/.well-known/jwks.json',
      callers: 'anyone',
      operationId: 'getProofKeys',
      tag: 'Proofs',
      summary: 'Public keys that verify proofs',
      response: jwksResponse,
      responseDescription: 'A JWK set.',
      errors: [],
      handle: proofs.keys,
    },
  ];
}
