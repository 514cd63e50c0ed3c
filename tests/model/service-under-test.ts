import type { Server } from 'node:http';
import { QueryTypes, type Sequelize } from 'sequelize';
import { createApp } from '../../src/app.js';
import { sweep } from '../../src/services/operations/background-work.js';
import { loadConfig } from '../../src/config/load.js';
import { createContainer, type Container } from '../../src/container/container.js';
import type { Database } from '../../src/database/database.js';
import { openDatabase, openSequelize } from '../support/open-database.js';
import { createLogger } from '../../src/observability/logger.js';
import { createApplication } from '../support/applications.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { LogCapture, noteSecret } from '../support/evidence.js';
import { FakeSinch } from '../support/fake-sinch.js';
import { PROOF_KEY } from '../support/service.js';
import { DatabaseClock } from './clock.js';
import { FaultyProvider } from './faulty-provider.js';
import type { Rules } from './limits.js';

/** Small limits, so that a few operations reach each of them. */
export const RULES: Rules = {
  cooldownSeconds: 1,
  ttlSeconds: 60,
  maxAttempts: 3,
  sendPerPhone: { count: 4, windowSeconds: 60 },
  wrongPerPhone: { count: 6, windowSeconds: 60 },
};

export const ENVIRONMENT: Readonly<Record<string, string>> = {
  CALLERS: 'keys',
  LOG_LEVEL: 'warn',
  // Delayed refusals overlap more operations, which slows the checker without finding more.
  VERIFY_BY_PHONE_STEP_MS: '0',
  LIMIT_SEND_PER_IP: 'off',
  LIMIT_CHECK_PER_IP: 'off',
  LIMIT_SEND_PER_PREFIX: 'off',
  LIMIT_SEND_PER_COUNTRY: 'off',
  LIMIT_SEND_TOTAL: 'off',
  LIMIT_SEND_TO_VERIFIED: 'off',
  PROVIDER_BREAKER_FAILURES: '0',
  OTP_TTL_SECONDS: String(RULES.ttlSeconds),
  OTP_MAX_ATTEMPTS: String(RULES.maxAttempts),
  LIMIT_RESEND_COOLDOWN_SECONDS: String(RULES.cooldownSeconds),
  LIMIT_SEND_PER_PHONE: `${RULES.sendPerPhone.count}/${RULES.sendPerPhone.windowSeconds}s`,
  LIMIT_WRONG_PER_PHONE: `${RULES.wrongPerPhone.count}/${RULES.wrongPerPhone.windowSeconds}s`,
};

export interface Reply {
  status: number;
  body: Record<string, unknown>;
}

interface RunningService {
  container: Container;
  server: Server;
  db: Database;
  url: string;
}

/** Headers of a backend, which may check by number in production too. */
export async function backendHeaders(databaseUrl: string): Promise<Record<string, string>> {
  const connections = openDatabase(databaseUrl, 1);
  try {
    const { backend } = await createApplication({ connections }, 'model');
    return { ...backend, 'content-type': 'application/json' };
  } finally {
    await connections.close();
  }
}

/** The service in this process, with a controlled database clock. It can crash and restart. */
export class ServiceUnderTest {
  private running: RunningService | undefined;
  private nextNumber = 2_000_000;

  private constructor(
    private readonly database: TestDatabase,
    readonly db: Sequelize,
    readonly clock: DatabaseClock,
    readonly sinch: FakeSinch,
    readonly provider: FaultyProvider,
    private readonly headers: Record<string, string>,
  ) {}

  static async create(): Promise<ServiceUnderTest> {
    const database = await createTestDatabase();
    const db = openSequelize(database.url, 2);
    const clock = await DatabaseClock.install(db);
    const [sinch, provider] = [await FakeSinch.start(), await FaultyProvider.start()];
    provider.forwardTo(sinch.url);
    noteSecret(FakeSinch.secret);
    return new ServiceUnderTest(
      database,
      db,
      clock,
      sinch,
      provider,
      await backendHeaders(database.url),
    );
  }

  async start(): Promise<void> {
    const config = loadConfig({
      ...ENVIRONMENT,
      ...this.sinch.environment,
      NODE_ENV: 'test',
      PROOF_PRIVATE_KEY: PROOF_KEY,
      SINCH_VERIFICATION_URL: this.provider.url,
      DATABASE_URL: this.database.url,
    });
    const { accounts } = config;
    const logger = createLogger({ level: config.logLevel, stream: new LogCapture() });
    const db = openDatabase(this.database.url, 4);
    const container = await createContainer({
      ...{ config, logger, db, accounts, otpSecrets: [] },
      proofKeys: PROOF_KEY,
    });
    const server = createApp(container).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    this.running = { container, server, db, url: `http://127.0.0.1:${port ?? 0}` };
  }

  /** Simulates a crash between two instructions: no further statement or response. */
  async crash(): Promise<void> {
    if (!this.running) return;
    const { container, server, db } = this.running;
    this.running = undefined;
    server.closeAllConnections();
    await db.close();
    container.close();
    await new Promise((resolve) => server.close(resolve));
  }

  async end(): Promise<void> {
    await this.crash();
    await this.db.close();
    await this.provider.close();
    await this.sinch.close();
    await this.database.drop();
  }

  async sweep(): Promise<void> {
    if (this.running) await sweep(this.running.container.background);
  }

  freshNumber(): string {
    this.nextNumber += 1;
    const number = `+1415${this.nextNumber}`;
    noteSecret(number);
    return number;
  }

  async call(method: string, path: string, body?: unknown): Promise<Reply> {
    if (!this.running) throw new Error('the service is not running');
    const response = await fetch(this.running.url + path, {
      method,
      headers: this.headers,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  }

  async rows<Row extends object>(sql: string, bind: unknown[] = []): Promise<Row[]> {
    return this.db.query<Row>(sql, { bind, type: QueryTypes.SELECT });
  }

  codesOf(number: string): string[] {
    return this.sinch.started.filter((one) => one.number === number).map((one) => one.code);
  }
}
