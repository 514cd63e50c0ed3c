import { API_KEY_KINDS, KEY_HEADER, type ApiKeyKind } from '../domain/api-key.js';
import type { Route } from '../routes/route.js';

type Json = Record<string, unknown>;

const SCHEME_OF: Readonly<Record<ApiKeyKind, string>> = {
  secret: 'secretKey',
  publishable: 'publishableKey',
  operator: 'operatorKey',
};
const BESIDE_TOKEN = 'keyBesideToken';

const bearer = (description: string, bearerFormat: string): Json => ({
  type: 'http',
  scheme: 'bearer',
  bearerFormat,
  description,
});

/** Security schemes: how a request carries a key or a token. */
export const SECURITY_SCHEMES: Json = {
  secretKey: bearer('Key of a backend, which speaks for its application.', 'pl_sk_…'),
  publishableKey: bearer('Key of a page or an app, from an origin of its application.', 'pl_pk_…'),
  operatorKey: bearer('Key that administers the service.', 'pl_op_…'),
  accessToken: bearer('Session of an account.', 'JWT'),
  keyBesideToken: {
    type: 'apiKey',
    in: 'header',
    name: KEY_HEADER,
    description: 'Any key, where `Authorization` carries an access token.',
  },
};

/** The alternatives by which an operation can be called. An empty object is a request without a key. */
export function securityOf({ callers, bearer: session }: Route, isOpen: boolean): Json[] {
  if (callers === 'anyone') return [{}];
  const kinds = API_KEY_KINDS.filter((kind) => callers.includes(kind));
  const keys = kinds.map((kind): Json => ({ [SCHEME_OF[kind]]: [] }));
  const token = session && { accessToken: [] };
  return [
    ...(session ? [{ ...token, [BESIDE_TOKEN]: [] }] : keys),
    ...(isOpen && callers.includes('stranger') ? [{ ...token }] : []),
  ];
}
