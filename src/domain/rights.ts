import type { CallerKind } from './caller.js';

/** Which callers may call which group of routes. */
export const MAY = {
  verify: ['stranger', 'publishable', 'secret'],
  useAccounts: ['stranger', 'publishable', 'secret'],
  readProofs: ['stranger', 'secret'],
  search: ['secret', 'operator'],
  manageWebhooks: ['secret', 'operator'],
  administer: ['operator'],
} as const satisfies Record<string, readonly CallerKind[]>;

/** A right to use a part of a route, which the body shows. */
export interface Right {
  /** In the response that refuses it. */
  name: string;
  callers: readonly CallerKind[];
  /** Callers that also have it outside production. */
  inDevelopment: readonly CallerKind[];
  isUsedBy(body: Readonly<Record<string, unknown>>): boolean;
}

/** To put a payee's name into a message, and to ask for a proof that confirms a payment. */
export const TRANSACTION: Right = {
  name: 'transaction',
  callers: ['secret'],
  inDevelopment: ['stranger'],
  isUsedBy: ({ binding, purpose }) => binding !== undefined || purpose === 'transaction',
};

/** To check a code without the id of its verification. */
export const CHECK_BY_NUMBER: Right = {
  name: 'check-by-number',
  callers: ['secret'],
  inDevelopment: ['stranger'],
  isUsedBy: ({ phoneNumber }) => phoneNumber !== undefined,
};

/** To name the address and the device of the end user. */
export const CLIENT: Right = {
  name: 'client',
  callers: ['secret'],
  inDevelopment: [],
  isUsedBy: ({ client }) => client !== undefined,
};
