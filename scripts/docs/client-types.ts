import type { OpenApiDocument } from './openapi.js';
import { objectType, type JsonSchema } from './schema-types.js';

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
