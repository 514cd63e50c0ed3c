import { generateKeyPairSync } from 'node:crypto';
import { QueryTypes, type Sequelize } from 'sequelize';
import { createApp } from '../../src/app.js';
import type { BackgroundWork } from '../../src/services/operations/background-work.js';
import { loadConfig } from '../../src/config/load.js';
import { createContainer } from '../../src/container/container.js';
import type { Webhooks } from '../../src/container/webhooks.js';
import { Database } from '../../src/database/database.js';
import { listen } from '../../src/http/server.js';
import { createLogger } from '../../src/observability/logger.js';
import { createTestDatabase } from './database.js';
import { LogCapture, noteSecret } from './evidence.js';
import { FakeSinch } from './fake-sinch.js';

export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  // Untyped: the tests assert the fields.
  body: Record<string, unknown>;
}

export const PROOF_KEY = generateKeyPairSync('ed25519').privateKey.export({
  type: 'pkcs8',
  format: 'pem',
}) as string;

/** Limits, breakers and delays are off, so that tests meet only what they test. */
const BASE_ENVIRONMENT = {
  NODE_ENV: 'test',
  LOG_LEVEL: 'debug',
  LIMIT_SEND_PER_IP: 'off',
  LIMIT_CHECK_PER_IP: 'off',
  LIMIT_SEND_PER_PHONE: 'off',
  LIMIT_WRONG_PER_PHONE: 'off',
  LIMIT_SEND_PER_PREFIX: 'off',
  LIMIT_SEND_PER_COUNTRY: 'off',
  LIMIT_SEND_TOTAL: 'off',
  LIMIT_SEND_TO_VERIFIED: 'off',
  LIMIT_LOGIN_PER_ACCOUNT: 'off',
  LIMIT_RESEND_COOLDOWN_SECONDS: '0',
  VERIFY_BY_PHONE_STEP_MS: '0',
  PROVIDER_BREAKER_FAILURES: '0',
  PROOF_PRIVATE_KEY: PROOF_KEY,
  ACCOUNT_SECRET: 'the-secret-of-accounts-in-tests-0123456789',
  OTP_SECRET: 'the-secret-of-codes-in-tests-0123456789',
  SHUTDOWN_DELAY_MS: '0',
};

/** The service over HTTP, on its own database, with a recording provider. */
export class TestService {
  private constructor(
    readonly url: string,
    readonly sinch: FakeSinch,
    readonly log: LogCapture,
    readonly connections: Database,
    readonly background: BackgroundWork,
    readonly webhooks: Webhooks,
    private readonly closers: (() => unknown)[],
  ) {}

  /** For queries of the test itself. */
  get db(): Sequelize {
    return this.connections.sequelize;
  }

  static async start(
    environment: Record<string, string> = {},
    proofKeys = PROOF_KEY,
    through = (url: string) => url,
  ): Promise<TestService> {
    const database = await createTestDatabase();
    const sinch = await FakeSinch.start();
    const config = loadConfig({
      ...BASE_ENVIRONMENT,
      ...sinch.environment,
      DATABASE_URL: database.url,
      ...environment,
    });
    noteSecret(FakeSinch.secret);
    const log = new LogCapture();
    const logger = createLogger({ level: config.logLevel, stream: log });
    const db = new Database({ ...config.database, url: through(database.url) });
    const container = await createContainer({
      config,
      logger,
      db,
      accounts: config.accounts,
      otpSecrets: config.otp.secrets,
      proofKeys,
    });
    const server = await listen(createApp(container), '127.0.0.1', 0);
    return new TestService(
      `http://127.0.0.1:${server.port}`,
      sinch,
      log,
      db,
      container.background,
      container.webhooks,
      [
        () => server.close(),
        () => container.close(),
        () => sinch.close(),
        () => db.close(),
        () => database.drop(),
      ],
    );
  }

  async stop(): Promise<void> {
    for (const close of this.closers) await close();
  }

  post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    return this.call('POST', path, JSON.stringify(body), {
      'content-type': 'application/json',
      ...headers,
    });
  }

  get(path: string, headers: Record<string, string> = {}): Promise<Answer> {
    return this.call('GET', path, undefined, headers);
  }

  async call(
    method: string,
    path: string,
    body?: string | Uint8Array<ArrayBuffer>,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const response = await fetch(this.url + path, {
      method,
      headers,
      ...(body !== undefined && { body }),
    });
    const text = await response.text();
    const isJson = (response.headers.get('content-type') ?? '').includes('json') && text !== '';
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: (isJson ? JSON.parse(text) : {}) as Record<string, unknown>,
    };
  }

  async request(phoneNumber: string, more: Record<string, unknown> = {}): Promise<string> {
    noteSecret(phoneNumber);
    const answer = await this.post('/request-otp', { phoneNumber, ...more });
    if (answer.status !== 200)
      throw new Error(`request-otp answered ${answer.status}: ${answer.text}`);
    return String(answer.body['verificationId']);
  }

  verify(verificationId: string, code: string): Promise<Answer> {
    return this.post('/verify-otp', { verificationId, code });
  }

  rows(sql: string, bind: unknown[] = []): Promise<Record<string, unknown>[]> {
    return this.db.query(sql, { bind, type: QueryTypes.SELECT });
  }
}

let nextNumber = 2_000_000;

/** A valid US mobile number that is unique within the test file. */
export function freshNumber(): string {
  nextNumber += 1;
  return `+1415${nextNumber}`;
}
