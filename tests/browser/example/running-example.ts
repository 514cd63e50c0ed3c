import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { administer, createTestDatabase } from '../../support/database.js';
import type { SimulatedMessage } from '../support/visit.js';

/** A first install and build of the example takes minutes. */
export const START_MS = 900_000;
const STOP_MS = 20_000;
const ROOT = join(import.meta.dirname, '../../..');
const ADDRESSES = /Next\.js +(\S+)\/\n.*file +(\S+)\/\n.*service +(\S+)\/\n/;

/** The tests exceed the default limits, and need no delays that hide times. */
const SETTINGS = {
  VERIFY_BY_PHONE_STEP_MS: '0',
  SHUTDOWN_DELAY_MS: '0',
  LIMIT_RESEND_COOLDOWN_SECONDS: '0',
  LIMIT_SEND_PER_IP: 'off',
  LIMIT_SEND_PER_PREFIX: 'off',
  LIMIT_SEND_PER_COUNTRY: 'off',
  LIMIT_CHECK_PER_IP: '10000/1h',
  // The minimum, so that sessions are refreshed during the tests.
  ACCESS_TOKEN_TTL_SECONDS: '60',
};

/** `npm run example` on free ports and its own database. */
export class RunningExample {
  private constructor(
    readonly nextjs: string,
    readonly plain: string,
    readonly service: string,
    /** Of the application of the examples; the service serves no request without a key. */
    readonly secretKey: string,
    private readonly databaseUrl: string,
    /** Stops it like Ctrl-C; resolves with the exit code. */
    readonly stop: () => Promise<number | null>,
  ) {}

  static async start(): Promise<RunningExample> {
    const database = await createTestDatabase();
    const child = spawn(process.execPath, ['scripts/example.mjs'], {
      cwd: ROOT,
      env: {
        ...process.env,
        NODE_ENV: '',
        ...SETTINGS,
        DATABASE_URL: database.url,
        PORT: '0',
        EXAMPLE_NEXTJS_PORT: '0',
        EXAMPLE_PLAIN_PORT: '0',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const exited = once(child, 'exit') as Promise<[number | null]>;
    let output = '';
    const ready = new Promise<string[]>((resolve) => {
      for (const stream of [child.stdout, child.stderr]) {
        stream.setEncoding('utf8').on('data', (text: string) => {
          output += text;
          const found = ADDRESSES.exec(output);
          if (found) resolve(found.slice(1));
        });
      }
    });
    const stop = async (): Promise<number | null> => {
      child.kill('SIGINT');
      const killer = new AbortController();
      const late = sleep(STOP_MS, undefined, { signal: killer.signal }).then(
        () => child.kill('SIGKILL'),
        () => undefined,
      );
      const [code] = await exited;
      killer.abort();
      await late;
      await database.drop();
      return code;
    };
    const addresses = await Promise.race([
      ready,
      exited.then(() => undefined),
      sleep(START_MS, undefined, { ref: false }),
    ]);
    if (addresses === undefined) {
      await stop();
      throw new Error(`The examples did not start:\n${output}`);
    }
    const [nextjs = '', plain = '', service = ''] = addresses;
    return new RunningExample(nextjs, plain, service, keptSecretKey(), database.url, stop);
  }

  async rows<Row extends pg.QueryResultRow>(sql: string): Promise<Row[]> {
    return (await administer(sql, this.databaseUrl)).rows as Row[];
  }

  /** Locks a table: the service's queries wait up to 1.5 s, then fail. */
  async hold(table: string, seconds: number): Promise<void> {
    await this.rows(`BEGIN; LOCK TABLE ${table}; SELECT pg_sleep(${seconds}); COMMIT`);
  }

  async inbox(number: string): Promise<SimulatedMessage[]> {
    const url = `${this.service}/simulator/inbox?to=${encodeURIComponent(number)}`;
    return (await (await fetch(url)).json()) as SimulatedMessage[];
  }

  async post(path: string, body: object): Promise<Record<string, unknown>> {
    const answer = await fetch(this.service + path, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${this.secretKey}` },
      body: JSON.stringify(body),
    });
    return (await answer.json()) as Record<string, unknown>;
  }

  async proof(phoneNumber: string, purpose: string): Promise<string> {
    const { verificationId } = await this.post('/request-otp', { phoneNumber, purpose });
    const [message] = await this.inbox(phoneNumber);
    const { proof } = await this.post('/verify-otp', { verificationId, code: message?.code });
    return String(proof);
  }
}

/** The key that this start has created. */
function keptSecretKey(): string {
  const kept = readFileSync(join(ROOT, '.data', 'example-keys.json'), 'utf8');
  return (JSON.parse(kept) as { secret: string }).secret;
}
