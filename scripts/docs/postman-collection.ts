import type { OpenApiDocument, Operation, Schema } from './openapi.js';

/** A request or a folder of a Postman collection, format 2.1.0. Only the fields that we write. */
export interface PostmanItem {
  name: string;
  description?: string;
  item?: PostmanItem[];
  event?: { listen: 'prerequest' | 'test'; script: { type: string; exec: string[] } }[];
  request?: {
    method: string;
    header: { key: string; value: string }[];
    url: { raw: string; host: string[]; path: string[]; query?: { key: string; value: string }[] };
    body?: { mode: 'raw'; raw: string; options: { raw: { language: 'json' } } };
    description: string;
  };
}

export interface PostmanCollection {
  info: { name: string; description: string; schema: string };
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
  verificationId: ['', 'Filled in by "Send a code"'],
  code: ['', 'The code that arrived; filled in by "Read the code" in development'],
  proof: ['', 'Filled in by "Check a code"'],
  password: ['correct horse battery staple', 'With ACCOUNTS=true: the password of the account'],
  loginToken: ['', 'Filled in by "Log in with the password"'],
  factor: ['sms', 'sms, totp or backup_code'],
  accessToken: ['', 'Filled in by "Log in with the second factor" and "Refresh the session"'],
  refreshToken: ['', 'Filled in by the same requests'],
} as const;

/** The variable of each path parameter. */
const PARAMETERS: Readonly<Record<string, keyof typeof VARIABLES>> = { id: 'verificationId' };

/** The fields to show where a body has several forms. */
const SHOWN_FIELDS: Readonly<Record<string, readonly string[]>> = {
  postVerifyOtp: ['verificationId', 'code'],
  postAuthLoginVerify: ['loginToken', 'factor', 'code'],
};

/** Scripts that store values of a response for the next request. */
const AFTERWARDS: Readonly<Record<string, string[]>> = {
  postRequestOtp: keep('verificationId'),
  postVerifyOtp: keep('proof'),
  postAuthLogin: keep('loginToken'),
  postAuthLoginVerify: [...keep('accessToken'), ...keep('refreshToken')],
  postAuthRefresh: [...keep('accessToken'), ...keep('refreshToken')],
};

const READ_THE_CODE: PostmanItem = {
  name: 'Read the code (development only)',
  event: [
    event('prerequest', [
      "pm.variables.set('to', encodeURIComponent(pm.collectionVariables.get('phoneNumber')));",
    ]),
    event('test', [
      'const [newest] = pm.response.json();',
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
      description: `${api.info.description}\n\nRun "Send a code", "Read the code" and "Check a code" in this order.`,
      schema: 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json',
    },
    item: api.tags.map(({ name }) => ({
      name,
      item: listed.filter(({ operation }) => operation.tags[0] === name).flatMap(itemsOf),
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
  return [...found.values()];
}

function itemsOf(listed: Listed): PostmanItem[] {
  const { method, path, operation } = listed;
  const script = AFTERWARDS[operation.operationId];
  const schema = operation.requestBody?.content['application/json'].schema;
  const item: PostmanItem = {
    name: operation.summary,
    ...(script && { event: [event('test', script)] }),
    request: {
      method,
      header: headersOf(operation),
      url: urlOf(path),
      ...(schema && { body: bodyOf(schema, SHOWN_FIELDS[operation.operationId]) }),
      description: descriptionOf(listed),
    },
  };
  return operation.operationId === 'postRequestOtp' ? [item, READ_THE_CODE] : [item];
}

function headersOf(operation: Operation): { key: string; value: string }[] {
  return [
    ...(operation.security ? [{ key: 'Authorization', value: 'Bearer {{accessToken}}' }] : []),
    ...(operation.requestBody ? [{ key: 'Content-Type', value: 'application/json' }] : []),
  ];
}

function bodyOf(schema: Schema, shown: readonly string[] = schema.required ?? []) {
  const fields = shown.map((name): [string, unknown] => {
    const field = schema.properties?.[name];
    return [name, name in VARIABLES ? `{{${name}}}` : (field?.examples?.[0] ?? field?.default)];
  });
  const raw = JSON.stringify(Object.fromEntries(fields), null, 2);
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

function keep(member: keyof typeof VARIABLES): string[] {
  return [
    'if (pm.response.code === 200) {',
    `  pm.collectionVariables.set('${member}', pm.response.json().${member});`,
    '}',
  ];
}

function event(listen: 'prerequest' | 'test', exec: string[]) {
  return { listen, script: { type: 'text/javascript', exec } };
}
