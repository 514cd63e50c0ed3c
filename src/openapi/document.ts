import { z } from 'zod';
import { ERROR_CATALOGUE, type ErrorCode } from '../errors/error-catalogue.js';
import type { Route } from '../routes/route.js';
import { problemSchema } from '../schemas/problem.schema.js';

const BODY_ERRORS: readonly ErrorCode[] = [
  'invalid_request',
  'payload_too_large',
  'unsupported_media_type',
];
const COMMON_ERRORS: readonly ErrorCode[] = ['internal_error', 'service_unavailable'];

const IDEMPOTENCY_ERRORS: readonly ErrorCode[] = [
  'idempotency_in_progress',
  'idempotency_key_reused',
];

type Json = Record<string, unknown>;

/** Generates an OpenAPI 3.1 document from the routes and schemas that serve the API. */
export function buildOpenApi(routes: readonly Route[]): Json {
  const paths: Record<string, Json> = {};
  for (const route of routes) {
    for (const path of [route.path, ...(route.aliases ?? [])]) {
      const template = path.replaceAll(/:([A-Za-z]+)/g, '{$1}');
      paths[template] = { ...paths[template], [route.method]: operation(route, path) };
    }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Proofline',
      version: '1',
      description:
        'Self-hosted phone verification. Errors are RFC 9457 problem details with a stable `code`.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    tags: [...new Set(routes.map((route) => route.tag))].map((name) => ({ name })),
    paths,
    components: {
      schemas: { Problem: jsonSchema(problemSchema, 'output') },
      ...(routes.some((route) => route.bearer) && { securitySchemes: { accessToken: BEARER } }),
    },
  };
}

function operation(route: Route, path: string): Json {
  const parameters = [
    ...(route.params ? pathParameters(route.params) : []),
    ...(route.idempotent ? [idempotencyKey(route.idempotent)] : []),
  ];
  return {
    operationId: operationId(route.method, path),
    tags: [route.tag],
    summary: route.summary,
    ...(route.description !== undefined && { description: route.description }),
    ...(route.bearer && { security: [{ accessToken: [] }] }),
    ...(parameters.length > 0 && { parameters }),
    ...(route.body && {
      requestBody: {
        required: route.bodyOptional !== true,
        content: { 'application/json': { schema: jsonSchema(route.body, 'input') } },
      },
    }),
    responses: {
      200: {
        description: route.responseDescription,
        content: { 'application/json': { schema: jsonSchema(route.response, 'output') } },
      },
      ...errorResponses(route),
    },
  };
}

function errorResponses(route: Route): Record<number, Json> {
  const codes = new Set([
    ...(route.body ? BODY_ERRORS : []),
    ...(route.idempotent ? IDEMPOTENCY_ERRORS : []),
    ...route.errors,
    ...COMMON_ERRORS,
  ]);
  const statuses = new Set([...codes].map((code) => ERROR_CATALOGUE[code].status));
  const responses: Record<number, Json> = {};
  for (const status of statuses) {
    const group = [...codes].filter((code) => ERROR_CATALOGUE[code].status === status);
    responses[status] = {
      description: group.map((code) => `\`${code}\`: ${ERROR_CATALOGUE[code].title}.`).join(' '),
      ...(WITH_RETRY_AFTER.has(status) && {
        headers: { 'Retry-After': { description: 'Seconds', schema: { type: 'integer' } } },
      }),
      content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
    };
  }
  return responses;
}

const WITH_RETRY_AFTER: ReadonlySet<number> = new Set([429, 503]);

const BEARER: Json = { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' };

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
    schema: { type: 'string', minLength: 1, maxLength: 255 },
  };
}

function pathParameters(params: z.ZodObject): Json[] {
  return Object.entries(params.shape).map(([name, schema]) => ({
    name,
    in: 'path',
    required: true,
    schema: jsonSchema(schema as z.ZodType, 'input'),
  }));
}

function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io, target: 'draft-2020-12' });
  return rest;
}

function operationId(method: string, path: string): string {
  const words = path.split(/[^A-Za-z]+/).filter(Boolean);
  return method + words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
}
