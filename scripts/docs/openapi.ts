import { generateKeyPairSync } from 'node:crypto';
import { createContainer, type Container } from '../../src/container/container.js';
import { loadConfig } from '../../src/config/load.js';
import { VERSION } from '../../src/config/version.js';
import { Database } from '../../src/database/database.js';
import { createLogger } from '../../src/observability/logger.js';
import { buildOpenApi } from '../../src/openapi/document.js';

/** The part of an OpenAPI 3.1 document that the generators read. */
export interface OpenApiDocument {
  info: { title: string; version: string; description: string };
  servers: { url: string }[];
  tags: { name: string; description: string }[];
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema>; examples: Record<string, { value: object }> };
}

export interface Operation {
  operationId: string;
  summary: string;
  description?: string;
  tags: [string];
  security: Record<string, unknown>[];
  parameters?: Parameter[];
  requestBody?: {
    content: {
      'application/json': { schema: Schema; examples: Record<string, { value: object }> };
    };
  };
  responses: Record<string, { description: string; content: Record<string, { schema: Schema }> }>;
}

export interface Parameter {
  in: string;
  name: string;
  required?: boolean;
  description?: string;
  schema: Schema;
  example?: unknown;
}

export interface Schema {
  properties?: Record<string, Schema>;
  required?: string[];
  anyOf?: Schema[];
  examples?: unknown[];
  default?: unknown;
}

// The container encrypts nothing and receives nothing here.
const UNUSED_SECRET = 'abcdefghijklmnopqrstuvwxyz-0123456789';

/** The OpenAPI document with every feature enabled. Opens no database, provider or port. */
export async function describeApi(): Promise<OpenApiDocument> {
  const container = await idleContainer({
    ACCOUNTS: 'true',
    ACCOUNT_SECRET: UNUSED_SECRET,
    CALLBACK_TOKEN: UNUSED_SECRET,
  });
  try {
    const facts = { version: VERSION, basePath: '', isOpen: true };
    return buildOpenApi(container.routes, facts) as unknown as OpenApiDocument;
  } finally {
    container.close();
    await container.db.close();
  }
}

/** Builds the container without opening a connection. */
export async function idleContainer(environment: Record<string, string> = {}): Promise<Container> {
  const { privateKey } = generateKeyPairSync('ed25519');
  const nowhere = 'http://127.0.0.1:9';
  const config = loadConfig({ SINCH_VERIFICATION_URL: nowhere, ...environment });
  return createContainer({
    config,
    logger: createLogger({ level: 'error' }),
    db: new Database({ url: 'postgres://127.0.0.1:9/none', poolMax: 2 }),
    accounts: config.accounts,
    otpSecrets: config.otp.secrets,
    proofKeys: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
  });
}
