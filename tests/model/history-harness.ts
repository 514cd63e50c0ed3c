import type { Sequelize } from 'sequelize';
import { QueryTypes } from 'sequelize';
import { openSequelize } from '../support/open-database.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { noteSecret } from '../support/evidence.js';
import { FakeSinch } from '../support/fake-sinch.js';
import { ServiceProcess } from '../support/service-process.js';
import { DatabaseClock } from './clock.js';
import type { SeededRandom } from './client-group.js';
import { ClientGroup, injectFaults, type ServiceAddress } from './client-group.js';
import { FaultyProvider } from './faulty-provider.js';
import type { FinalState, History } from './history-checker.js';
import { backendHeaders, ENVIRONMENT } from './service-under-test.js';

const FINAL_STATE = `
SELECT
  (SELECT coalesce(json_agg(json_build_object('id', id, 'attempts', attempts, 'phoneAttempts', phone_attempts,
    'status', CASE status WHEN 'expired' THEN 'pending' ELSE status END)), '[]')
    FROM verifications WHERE phone_number = $1) AS verifications,
  coalesce((SELECT cooldown_step FROM phone_limits WHERE phone_key = $1), 0) AS "cooldownStep",
  coalesce((SELECT wrong_run FROM phone_limits WHERE phone_key = $1), 0) AS "wrongRun",
  EXISTS (SELECT FROM users WHERE phone_number = $1 AND status = 'verified') AS "userVerified"`;

/** A service process that can be killed, a faulty provider and a stopped clock, for concurrent clients. */
export class HistoryHarness implements ServiceAddress {
  private nextNumber = 3_000_000;
  private service: Promise<ServiceProcess>;

  private constructor(
    private readonly database: TestDatabase,
    private readonly db: Sequelize,
    readonly clock: DatabaseClock,
    private readonly sinch: FakeSinch,
    readonly provider: FaultyProvider,
    readonly headers: Record<string, string>,
  ) {
    this.service = this.start();
  }

  static async open(random: SeededRandom): Promise<HistoryHarness> {
    const database = await createTestDatabase();
    const db = openSequelize(database.url, 2);
    const clock = await DatabaseClock.install(db);
    const [sinch, provider] = [await FakeSinch.start(), await FaultyProvider.start()];
    provider.forwardTo(sinch.url);
    injectFaults(provider, random);
    const headers = await backendHeaders(database.url);
    const harness = new HistoryHarness(database, db, clock, sinch, provider, headers);
    try {
      await harness.service;
      return harness;
    } catch (error) {
      await harness.close();
      throw error;
    }
  }

  async url(): Promise<string> {
    return (await this.service).url;
  }

  now(): number {
    return this.clock.now;
  }

  codesOf(number: string): string[] {
    return this.sinch.started.filter((one) => one.number === number).map((one) => one.code);
  }

  group(size: number, random: SeededRandom): ClientGroup {
    const numbers = Array.from({ length: size }, () => {
      this.nextNumber += 1;
      const number = `+1415${this.nextNumber}`;
      noteSecret(number);
      return number;
    });
    return new ClientGroup(numbers, this, random);
  }

  async crash(group: ClientGroup): Promise<void> {
    const dying = await this.service;
    this.service = dying.kill().then(() => this.start());
    await this.service;
    group.settleLost();
  }

  /** Call this before the sweeper touches the group's verifications. */
  historiesOf(group: ClientGroup): Promise<History[]> {
    return Promise.all(
      group.numbers.map(async (number) => {
        const [left] = await this.db.query<FinalState>(FINAL_STATE, {
          bind: [number],
          type: QueryTypes.SELECT,
        });
        if (!left) throw new Error('no answer');
        const operations = group.recorded.get(number) ?? [];
        const reported = new Set(
          operations.map(({ operation }) => ('key' in operation ? operation.key : '')),
        );
        const verifications = left.verifications.map((one) => {
          return { ...one, id: one.id !== undefined && reported.has(one.id) ? one.id : undefined };
        });
        const codes = this.codesOf(number);
        const ending = { ...left, verifications, messages: codes.length };
        return { number, operations, codes, ending };
      }),
    );
  }

  async close(): Promise<void> {
    const stopped = (service: ServiceProcess) => service.stop();
    await this.service.then(stopped, () => undefined);
    await this.db.close();
    await this.provider.close();
    await this.sinch.close();
    await this.database.drop();
  }

  private start(): Promise<ServiceProcess> {
    const environment = { ...this.sinch.environment, SINCH_VERIFICATION_URL: this.provider.url };
    // The harness reads the port from an info line.
    const rules = { ...ENVIRONMENT, LOG_LEVEL: 'info' };
    return ServiceProcess.start(this.database.url, { environment }, rules);
  }
}
