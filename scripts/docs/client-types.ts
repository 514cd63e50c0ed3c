import type { OpenApiDocument } from './openapi.js';

/** The subset of JSON Schema that the service uses. */
interface JsonSchema {
  type?: 'string' | 'integer' | 'number' | 'boolean' | 'null' | 'array' | 'object';
  description?: string;
  const?: unknown;
  enum?: unknown[];
  anyOf?: JsonSchema[];
  items?: JsonSchema;
  properties?: Record<string, JsonSchema>;
  required?: string[];
}

type Finder = (document: OpenApiDocument) => JsonSchema | undefined;

const body =
  (path: string): Finder =>
  ({ paths }) =>
    paths[path]?.['post']?.requestBody?.content['application/json'].schema;

const response =
  (method: string, path: string): Finder =>
  ({ paths }) =>
    paths[path]?.[method]?.responses['200']?.content['application/json']?.schema;

/** Type names of the browser client and their place in the OpenAPI document. */
const TYPES: Readonly<Record<string, Finder>> = {
  RequestOtpBody: body('/request-otp'),
  RequestOtpResponse: response('post', '/request-otp'),
  VerifyOtpBody: body('/verify-otp'),
  VerifyOtpResponse: response('post', '/verify-otp'),
  ResendBody: body('/verifications/{id}/resend'),
  VerificationResponse: response('get', '/verifications/{id}'),
  Problem: (document) => document.components.schemas['Problem'],
};

const HEADER = '// Made from the OpenAPI document of the service by: npm run docs:client\n';

/** Generates the client's TypeScript types of requests, responses and problems. */
export function clientTypes(document: OpenApiDocument): string {
  const types = Object.entries(TYPES).map(([name, find]) => {
    const schema = find(document);
    if (schema?.properties === undefined) throw new Error(`The API has no ${name}`);
    return `export interface ${name} ${objectType(schema, '')}\n`;
  });
  return [HEADER, ...types].join('\n');
}

function objectType({ properties = {}, required = [] }: JsonSchema, indent: string): string {
  const inner = `${indent}  `;
  const lines = Object.entries(properties).map(([name, schema]) => {
    const comment = schema.description ? `${inner}/** ${schema.description} */\n` : '';
    return `${comment}${inner}${name}${required.includes(name) ? '' : '?'}: ${typeOf(schema, inner)};\n`;
  });
  return `{\n${lines.join('')}${indent}}`;
}

function typeOf(schema: JsonSchema, indent: string): string {
  if (schema.const !== undefined) return literal(schema.const);
  if (schema.enum) return schema.enum.map(literal).join(' | ');
  if (schema.anyOf) return schema.anyOf.map((one) => typeOf(one, indent)).join(' | ');
  switch (schema.type) {
    case 'integer':
      return 'number';
    case 'array':
      return `${typeOf(schema.items ?? {}, indent)}[]`;
    case 'object':
      return objectType(schema, indent);
    case undefined:
      return 'unknown';
    default:
      return schema.type;
  }
}

function literal(value: unknown): string {
  return typeof value === 'string' ? `'${value}'` : JSON.stringify(value);
}
