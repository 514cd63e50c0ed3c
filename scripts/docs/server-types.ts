import type { OpenApiDocument, Operation } from './openapi.js';
import { objectType, typeOf, type JsonSchema } from './schema-types.js';

const HEADER = '// Made from the OpenAPI document of the service by: npm run docs:client\n';
/** What a backend of an application does not call. */
const OTHER_TAGS = ['Callbacks', 'Health'];
/** An alias, and the keys that `verifyProof` fetches. */
const LEFT_OUT = ['sendOtp', 'getProofKeys'];
/** A parameter of the request, not of the operation: an option of every call. */
const OPTIONS = ['Idempotency-Key'];

interface Call {
  name: string;
  request: string;
  operation: Operation;
}

/** Generates the types and the table of operations of `@proofline/server`. */
export function serverTypes(document: OpenApiDocument): string {
  const calls = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .map(([method, operation]): Call => ({
        name: operation.operationId,
        request: `${method.toUpperCase()} ${path}`,
        operation,
      }))
      .filter(({ operation }) => isOffered(operation)),
  );
  const problem = document.components.schemas['Problem'] as JsonSchema;
  return [
    HEADER,
    `/** Input and answer of each operation. */\nexport interface Operations {\n${calls.map(typesOf).join('')}}\n`,
    `/** Method and path of each operation. */\nexport const OPERATIONS: Readonly<Record<keyof Operations, string>> = {\n${calls.map(entryOf).join('')}};\n`,
    `export interface Problem ${objectType(problem, '')}\n`,
  ].join('\n');
}

const isOffered = ({ operationId, tags: [tag] }: Operation): boolean =>
  !OTHER_TAGS.includes(tag) && !LEFT_OUT.includes(operationId);

const entryOf = ({ name, request }: Call): string => `  ${name}: '${request}',\n`;

const typesOf = ({ name, operation }: Call): string =>
  `  /** ${operation.summary} */\n  ${name}: {\n    input: ${inputOf(operation)};\n    output: ${outputOf(operation)};\n  };\n`;

/** Path, query and body in one object. */
function inputOf({ parameters = [], requestBody }: Operation): string {
  const own = parameters.filter(({ name }) => !OPTIONS.includes(name));
  const properties = Object.fromEntries(
    own.map(({ name, schema, description }) => [name, { ...schema, description } as JsonSchema]),
  );
  const required = own.filter((parameter) => parameter.required === true).map(({ name }) => name);
  const body = requestBody?.content['application/json'].schema as JsonSchema | undefined;
  const parts = [
    ...(own.length > 0 ? [objectType({ properties, required }, '    ')] : []),
    ...(body ? [typeOf(body, '    ')] : []),
  ];
  return parts.length > 0 ? parts.join(' & ') : 'object';
}

function outputOf({ responses }: Operation): string {
  const success = Object.entries(responses).find(([status]) => status.startsWith('2'));
  const schema = success?.[1].content['application/json']?.schema as JsonSchema | undefined;
  return schema ? typeOf(schema, '    ') : 'undefined';
}
