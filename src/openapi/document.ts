import { z } from 'zod';
import type { Route } from '../routes/route.js';
import { BODY_EXAMPLES } from '../schemas/examples.js';
import { problemSchema } from '../schemas/problem.schema.js';
import { errorsOf, problemExamples, problemResponses } from './problems.js';
import { SECURITY_SCHEMES, securityOf } from './security.js';
import { webhookSection } from './webhooks.js';

type Json = Record<string, unknown>;

export interface ApiFacts {
  version: string;
  /** Path of PUBLIC_URL; empty without one. */
  basePath: string;
  /** Whether requests without a key are served. */
  isOpen: boolean;
}

/** Generates an OpenAPI 3.1 document from the routes and schemas that serve the API. */
export function buildOpenApi(
  routes: readonly Route[],
  { version, basePath, isOpen }: ApiFacts,
): Json {
  const paths: Record<string, Json> = {};
  for (const route of routes) {
    for (const { path, operationId } of [route, ...(route.aliases ?? [])]) {
      const template = path.replaceAll(/:([A-Za-z]+)/g, '{$1}');
      paths[template] = {
        ...paths[template],
        [route.method]: operation(route, { operationId, isOpen }),
      };
    }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Proofline',
      version,
      description:
        'Self-hosted phone verification. Errors are RFC 9457 problem details with a stable `code`.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    // Relative to the document, so that trying it out works under every address of the service.
    servers: [{ url: basePath || '/' }],
    security: [],
    tags: [...new Set(routes.map((route) => route.tag))].map((name) => ({
      name,
      description: TAG_DESCRIPTIONS[name],
    })),
    paths,
    webhooks: webhookSection(),
    components: {
      schemas: { Problem: jsonSchema(problemSchema, 'output') },
      examples: problemExamples(routes.flatMap(errorsOf)),
      securitySchemes: SECURITY_SCHEMES,
    },
  };
}

function operation(
  route: Route,
  { operationId, isOpen }: { operationId: string; isOpen: boolean },
): Json {
  const parameters = [
    ...(route.params ? pathParameters(route.params) : []),
    ...(route.query ? queryParameters(route.query) : []),
    ...(route.idempotent ? [idempotencyKey(route.idempotent)] : []),
  ];
  return {
    operationId,
    tags: [route.tag],
    summary: route.summary,
    ...(route.description !== undefined && { description: route.description }),
    security: securityOf(route, isOpen),
    ...(parameters.length > 0 && { parameters }),
    ...(route.body && {
      requestBody: {
        required: route.bodyOptional !== true,
        content: {
          'application/json': {
            schema: jsonSchema(route.body, 'input'),
            examples: bodyExamples(route),
          },
        },
      },
    }),
    responses: {
      [route.successStatus ?? 200]: {
        description: route.responseDescription,
        content: { 'application/json': { schema: jsonSchema(route.response, 'output') } },
      },
      ...problemResponses(errorsOf(route)),
    },
  };
}

const TAG_DESCRIPTIONS: Readonly<Record<string, string>> = {
  Codes: 'Send a code to a phone number, and check it.',
  Verifications: 'Find verifications; read, repeat and cancel one by its id.',
  Users: 'Read and erase phone numbers that were proved.',
  Operator: 'Administer numbers, rules and data, with an operator key.',
  Proofs: 'Read and spend the signed proof of a verification.',
  Accounts: 'Sign-up, password and phone number, with `ACCOUNTS=true`.',
  Logins: 'Login with password and second factor, and sessions.',
  'Second factors': 'Authenticator apps and backup codes.',
  Applications: 'Applications and their keys, for operators.',
  Webhooks: 'Endpoints that receive signed events, and their deliveries.',
  Callbacks: 'Called by the providers.',
  Health: 'Probes for orchestrators and load balancers.',
};

const KEY_EXAMPLE = '7f9c24e8-3b1a-4d6f-9e52-0c8a5b7d1e43';

const IDEMPOTENCY = {
  send: 'For 24 hours, the same key and body return the same response and send no second message. Use a random key.',
  check:
    'For 60 seconds after a success, the same key and body return it again, with the same proof and `Idempotent-Replayed: true`. Use a random key for each check.',
};

function idempotencyKey(kind: keyof typeof IDEMPOTENCY): Json {
  return {
    name: 'Idempotency-Key',
    in: 'header',
    description: IDEMPOTENCY[kind],
    // In the schema, because tools send the `example` of a parameter: each request needs its own key.
    schema: { type: 'string', minLength: 1, maxLength: 255, examples: [KEY_EXAMPLE] },
  };
}

function pathParameters(params: z.ZodObject): Json[] {
  return Object.entries(params.shape).map(([name, shape]) => {
    const { description, ...schema } = jsonSchema(shape as z.ZodType, 'input');
    const [example] = schema['examples'] as unknown[];
    return { name, in: 'path', required: true, description, schema, example };
  });
}

function queryParameters(query: z.ZodObject): Json[] {
  return Object.entries(query.shape).map(([name, shape]) => {
    const { description, ...schema } = jsonSchema(shape as z.ZodType, 'input');
    return { name, in: 'query', required: false, description, schema };
  });
}

function bodyExamples({ operationId }: Route): Json {
  const examples = Object.entries(BODY_EXAMPLES[operationId] ?? {});
  return Object.fromEntries(examples.map(([name, value]) => [name, { value }]));
}

function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io, target: 'draft-2020-12' });
  return rest;
}
