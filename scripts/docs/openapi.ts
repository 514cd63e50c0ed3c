import { generateKeyPairSync } from 'node:crypto';
import { createContainer, type Container } from '../../src/container/container.js';
import { loadConfig } from '../../src/config/load.js';
import { Database } from '../../src/database/database.js';
import { createLogger } from '../../src/observability/logger.js';
import { buildOpenApi } from '../../src/openapi/document.js';

/** The part of an OpenAPI 3.1 document that the generators read. */
export interface OpenApiDocument {
  info: { title: string; description: string };
  tags: { name: string }[];
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema> };
}

export interface Operation {
  operationId: string;
  summary: string;
  description?: string;
  tags: [string];
  security?: unknown[];
  requestBody?: { content: { 'application/json': { schema: Schema } } };
  responses: Record<string, { description: string; content: Record<string, { schema: Schema }> }>;
}

export interface Schema {
  properties?: Record<string, Schema>;
  required?: string[];
  examples?: unknown[];
  default?: unknown;
}

// The container encrypts nothing here.
const UNUSED_SECRET = 'abcdefghijklmnopqrstuvwxyz-0123456789';

/** The OpenAPI document with every feature enabled. Opens no database, provider or port. */
export async function describeApi(): Promise<OpenApiDocument> {
  const container = await idleContainer({ ACCOUNTS: 'true', ACCOUNT_SECRET: UNUSED_SECRET });
  try {
    return buildOpenApi(container.routes) as unknown as OpenApiDocument;
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
