import type { OpenApiDocument, Operation } from './openapi.js';
import { event, testOf, type PostmanEvent } from './postman-scripts.js';

/** A request or a folder of a Postman collection, format 2.1.0. Only the fields that we write. */
export interface PostmanItem {
  name: string;
  description?: string;
  item?: PostmanItem[];
  event?: PostmanEvent[];
  request?: {
    method: string;
    header: { key: string; value: string }[];
    url: { raw: string; host: string[]; path: string[]; query?: { key: string; value: string }[] };
    body?: { mode: 'raw'; raw: string; options: { raw: { language: 'json' } } };
    description: string;
  };
}

export interface PostmanCollection {
  info: { name: string; version: string; description: string; schema: string };
  item: PostmanItem[];
  variable: { key: string; value: string; description: string }[];
}

interface Listed {
  method: string;
  path: string;
  operation: Operation;
  aliases: string[];
}

const VARIABLES = {
  baseUrl: ['http://127.0.0.1:3000', 'Where the service listens'],
  phoneNumber: ['+14155552671', 'The number to verify'],
  otherNumber: ['+14155552672', 'The number of the verification to cancel'],
  verificationId: ['', 'Filled in by "Send a code"'],
  code: ['', 'The code that arrived; filled in by "Read the code" in development'],
  proof: ['', 'Filled in by "Check a code"'],
  pattern: ['+1473*', 'A number, or a prefix and a star, for the lists'],
  operatorKey: ['', 'An operator key, for the requests that need one'],
  application: ['default', 'Id or name of an application'],
  keyId: ['pl_sk_4fTq0Zb9XkLw2RyM', 'Id of a key to revoke'],
  webhook: ['we_4d1f0a6b2c8e9f7a3b5c1d0e', 'Id of a webhook endpoint'],
  callbackToken: ['', 'With CALLBACK_TOKEN: its value'],
  accounts: ['false', 'true to run the requests that need ACCOUNTS=true'],
  password: ['correct horse battery staple', 'With ACCOUNTS=true: the password of the account'],
  loginToken: ['', 'Filled in by "Log in with the password"'],
  factor: ['sms', 'sms, totp or backup_code'],
  accessToken: ['', 'Filled in by "Log in with the second factor" and "Refresh the session"'],
  refreshToken: ['', 'Filled in by the same requests'],
} as const;

/** The variable of each path parameter. */
const PARAMETERS: Readonly<Record<string, keyof typeof VARIABLES>> = {
  id: 'verificationId',
  phoneNumber: 'phoneNumber',
  pattern: 'pattern',
  application: 'application',
  key: 'keyId',
  webhook: 'webhook',
  token: 'callbackToken',
};

/** Folders of operations that exist only with ACCOUNTS=true. */
const ACCOUNT_FOLDERS: readonly string[] = ['Accounts', 'Logins', 'Second factors'];

const SKIP_WITHOUT_ACCOUNTS = event('prerequest', [
  "if (pm.variables.get('accounts') !== 'true') pm.execution.skipRequest();",
]);

const READ_THE_CODE: PostmanItem = {
  name: 'Read the code (development only)',
  event: [
    event('prerequest', [
      "pm.variables.set('to', encodeURIComponent(pm.variables.get('phoneNumber')));",
    ]),
    event('test', [
      'const [newest] = pm.response.json();',
      "pm.test('a code has arrived', () => pm.expect(Object.keys(newest ?? {})).to.include.members(['code']));",
      "if (newest) pm.collectionVariables.set('code', newest.code);",
    ]),
  ],
  request: {
    method: 'GET',
    header: [],
    url: { ...urlOf('/simulator/inbox', '?to={{to}}'), query: [{ key: 'to', value: '{{to}}' }] },
    description:
      'What the simulated phone received, newest first. Available only without provider credentials, and never in production.',
  },
};

/** Builds the Postman collection. The output is deterministic. */
export function buildPostmanCollection(api: OpenApiDocument): PostmanCollection {
  const listed = listOperations(api);
  return {
    info: {
      name: api.info.title,
      version: api.info.version,
      description: `${api.info.description}\n\nThe requests run in this order against \`npm start\`: each stores what the next ones need.`,
      schema: 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json',
    },
    item: api.tags.map(({ name, description }) => ({
      name,
      description,
      ...(ACCOUNT_FOLDERS.includes(name) && { event: [SKIP_WITHOUT_ACCOUNTS] }),
      item: listed
        .filter(({ operation }) => operation.tags[0] === name)
        .flatMap((one) => [...preparationOf(one, listed), itemOf(one)]),
    })),
    variable: Object.entries(VARIABLES).map(([key, [value, description]]) => ({
      key,
      value,
      description,
    })),
  };
}

/** Lists every operation once. A path with the same operation as an earlier one is its alias. */
function listOperations(api: OpenApiDocument): Listed[] {
  const found = new Map<string, Listed>();
  for (const [path, methods] of Object.entries(api.paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      const key = JSON.stringify({ ...operation, operationId: '' });
      const same = found.get(key);
      if (same) same.aliases.push(path);
      else found.set(key, { method: method.toUpperCase(), path, operation, aliases: [] });
    }
  }
  // What a request deletes is of no use to those after it.
  const isLast = ({ method }: Listed) => Number(method === 'DELETE');
  return [...found.values()].sort((one, other) => isLast(one) - isLast(other));
}

/** The request that stores what the operation needs. */
function preparationOf({ operation }: Listed, listed: readonly Listed[]): PostmanItem[] {
  if (operation.operationId === 'verifyOtp') return [READ_THE_CODE];
  if (operation.operationId !== 'getVerification') return [];
  const send = listed.filter((one) => one.operation.operationId === 'requestOtp').map(itemOf);
  return send.map((item) => ({
    ...item,
    name: 'Send a code to another number',
    request: { ...item.request, body: jsonBody({ phoneNumber: '{{otherNumber}}' }) },
  }));
}

function itemOf(listed: Listed) {
  const { method, path, operation } = listed;
  return {
    name: operation.summary,
    event: [testOf(operation)],
    request: {
      method,
      header: headersOf(operation),
      url: urlOf(path),
      ...(operation.requestBody && { body: bodyOf(operation.requestBody) }),
      description: descriptionOf(listed),
    },
  };
}

function headersOf(operation: Operation): { key: string; value: string }[] {
  return [
    ...(operation.security.some((one) => 'accessToken' in one)
      ? [{ key: 'Authorization', value: 'Bearer {{accessToken}}' }]
      : []),
    ...(needsOperatorKey(operation)
      ? [{ key: 'Authorization', value: 'Bearer {{operatorKey}}' }]
      : []),
    ...(operation.requestBody ? [{ key: 'Content-Type', value: 'application/json' }] : []),
  ];
}

/** Whether an operator may send it, and nobody without a key. */
function needsOperatorKey({ security }: Operation): boolean {
  return (
    security.some((one) => 'operatorKey' in one) &&
    security.every((one) => Object.keys(one).length > 0)
  );
}

/** The first example, with variables in place of the values that earlier requests store. */
function bodyOf({ content }: NonNullable<Operation['requestBody']>) {
  const [example] = Object.values(content['application/json'].examples);
  const fields = Object.entries(example?.value ?? {}).map(([name, value]): [string, unknown] => [
    name,
    name in VARIABLES ? `{{${name}}}` : value,
  ]);
  return jsonBody(Object.fromEntries(fields));
}

function jsonBody(value: object) {
  const raw = JSON.stringify(value, null, 2);
  return { mode: 'raw' as const, raw, options: { raw: { language: 'json' as const } } };
}

function descriptionOf({ operation, aliases }: Listed): string {
  const answers = Object.entries(operation.responses).map(
    ([status, { description }]) => `- ${status}: ${description}`,
  );
  const alias = aliases.map((path) => `Also at \`${path}\`.`);
  return [operation.description, ...alias, answers.join('\n')].filter(Boolean).join('\n\n');
}

function urlOf(template: string, query = '') {
  const path = template.replaceAll(/\{([A-Za-z]+)\}/g, (_, name: string) => {
    const variable = PARAMETERS[name];
    if (!variable) throw new Error(`The path parameter ${name} has no variable`);
    return `{{${variable}}}`;
  });
  return {
    raw: `{{baseUrl}}${path}${query}`,
    host: ['{{baseUrl}}'],
    path: path.split('/').slice(1),
  };
}
