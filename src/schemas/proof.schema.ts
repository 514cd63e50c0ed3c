import { z } from 'zod';
import {
  bindingField,
  channelField,
  phoneNumberField,
  purposeField,
  verificationIdField,
} from './common.schema.js';

/** A set of public Ed25519 keys (RFC 7517, RFC 8037). */
export const jwksResponse = z.strictObject({
  keys: z.array(
    z.strictObject({
      kty: z.literal('OKP'),
      crv: z.literal('Ed25519'),
      x: z.string(),
      kid: z.string(),
      alg: z.literal('EdDSA'),
      use: z.literal('sig'),
    }),
  ),
});

export const proofBody = z.strictObject({
  proof: z.string().min(1).max(4096).describe('The JWT that /verify-otp returned'),
});
export type ProofBody = z.infer<typeof proofBody>;

const claims = {
  iss: z.string(),
  aud: z.string(),
  sub: phoneNumberField.describe('The verified phone number, E.164'),
  vid: verificationIdField,
  purpose: purposeField,
  amr: z.array(channelField).describe('How the code was delivered'),
  iat: z.int(),
  exp: z.int(),
  jti: z.string(),
  binding: bindingField.optional(),
  binding_hash: z.string().optional().describe('SHA-256 of the payment, base64url'),
};

export const introspectResponse = z.union([
  z.strictObject({ active: z.literal(true), ...claims }),
  z.strictObject({ active: z.literal(false) }),
]);

export const spendResponse = z.strictObject({ spent: z.literal(true), ...claims });
