import type { Operation } from './openapi.js';

/** A script of a Postman request, format 2.1.0. */
export interface PostmanEvent {
  listen: 'prerequest' | 'test';
  script: { type: string; exec: string[] };
}

interface Outcome {
  statuses: readonly number[];
  /** Members of the body and their values. */
  body?: Readonly<Record<string, unknown>>;
  /** Members to store for the requests that follow. */
  keep?: readonly string[];
}

const TOKENS = ['accessToken', 'refreshToken'];

/** What an operation answers when the collection runs in order. Others answer anything documented. */
const OUTCOMES: Readonly<Record<string, Outcome>> = {
  requestOtp: { statuses: [200], body: { status: 'pending' }, keep: ['verificationId'] },
  verifyOtp: { statuses: [200], body: { status: 'verified' }, keep: ['proof'] },
  getVerification: { statuses: [200], body: { status: 'pending' } },
  // 429 during the cool-down of the first message.
  resendOtp: { statuses: [200, 429] },
  cancelVerification: { statuses: [200], body: { status: 'cancelled' } },
  introspectProof: { statuses: [200], body: { active: true } },
  spendProof: { statuses: [200], body: { spent: true } },
  getProofKeys: { statuses: [200] },
  checkLiveness: { statuses: [200], body: { status: 'ok' } },
  checkReadiness: { statuses: [200], body: { status: 'ok' } },
};

/** Members to store from operations without an outcome of their own. */
const KEPT: Readonly<Record<string, readonly string[]>> = {
  startLogin: ['loginToken'],
  completeLogin: TOKENS,
  refreshSession: TOKENS,
};

export function event(listen: PostmanEvent['listen'], exec: string[]): PostmanEvent {
  return { listen, script: { type: 'text/javascript', exec } };
}

/** Asserts status and fields of the response, and stores the values that later requests need. */
export function testOf({ operationId, responses }: Operation): PostmanEvent {
  const {
    statuses,
    body = {},
    keep,
  } = OUTCOMES[operationId] ?? { statuses: documented(responses) };
  const success = responses['200'] ?? responses['201'];
  const schema = success?.content['application/json']?.schema;
  const fields = schema?.required ?? schema?.anyOf?.[0]?.required ?? [];
  return event('test', [
    'const body = pm.response.json();',
    `pm.test('status is ${statuses.join(' or ')}', () => pm.expect(pm.response.code).to.be.oneOf(${list(statuses)}));`,
    `const fields = pm.response.code < 300 ? ${list(fields)} : ['code', 'requestId'];`,
    "pm.test('the fields are there', () => pm.expect(Object.keys(body)).to.include.members(fields));",
    ...Object.entries(body).map(([name, value]) => equal(name, value)),
    ...(keep ?? KEPT[operationId] ?? []).map(store),
  ]);
}

function equal(name: string, value: unknown): string {
  const expected = literal(value);
  return `pm.test('${name} is ${String(value)}', () => pm.expect(body.${name}).to.eql(${expected}));`;
}

function store(name: string): string {
  return `if (pm.response.code === 200) pm.collectionVariables.set('${name}', body.${name});`;
}

function documented(responses: Operation['responses']): number[] {
  return Object.keys(responses)
    .map(Number)
    .filter((status) => status < 500);
}

function list(values: readonly unknown[]): string {
  return `[${values.map(literal).join(', ')}]`;
}

function literal(value: unknown): string {
  return typeof value === 'string' ? `'${value}'` : JSON.stringify(value);
}
