import { z } from 'zod';
import {
  bindingField,
  channelField,
  jwtField,
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
      x: z.string().meta({ examples: ['11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo'] }),
      kid: z.string().meta({ examples: ['kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k'] }),
      alg: z.literal('EdDSA'),
      use: z.literal('sig'),
    }),
  ),
});

export const proofBody = z.strictObject({
  proof: jwtField.describe('The JWT that /verify-otp returned'),
});
export type ProofBody = z.infer<typeof proofBody>;

const claims = {
  iss: z.string().meta({ examples: ['proofline'] }),
  aud: z.string().meta({ examples: ['proofline'] }),
  azp: z
    .string()
    .describe('Id of the application that verified the number')
    .meta({ examples: ['app_default'] }),
  sub: phoneNumberField.describe('The verified phone number, E.164'),
  vid: verificationIdField,
  purpose: purposeField,
  amr: z.array(channelField).describe('How the code was delivered'),
  iat: z.int().meta({ examples: [1796038722] }),
  exp: z.int().meta({ examples: [1796039022] }),
  jti: z.string().meta({ examples: ['06h2rg036h7d9wq5k2tmx8a4c1vzfpn3bs0e'] }),
  binding: bindingField.optional(),
  binding_hash: z
    .string()
    .optional()
    .describe('SHA-256 of the payment, base64url')
    .meta({ examples: ['n4bQgYhMfWWaL-qgxVrQFaO_TxsrC4Is0V1sFbDwCgg'] }),
};

export const introspectResponse = z.union([
  z.strictObject({ active: z.literal(true), ...claims }),
  z.strictObject({ active: z.literal(false) }),
]);

export const spendResponse = z.strictObject({ spent: z.literal(true), ...claims });
