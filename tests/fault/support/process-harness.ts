import { jest } from '@jest/globals';
import { createTestDatabase, administer, type TestDatabase } from '../../support/database.js';
import { noteSecret } from '../../support/evidence.js';
import { FakeSinch } from '../../support/fake-sinch.js';
import { ServiceProcess } from '../../support/service-process.js';
import { Client } from './client.js';

// Processes start slowly on a loaded machine.
jest.setTimeout(90_000);

/** Service processes that share one database and one recording provider. */
export class ProcessHarness {
  readonly services: ServiceProcess[] = [];
  readonly clients: Client[] = [];

  private constructor(
    readonly database: TestDatabase,
    readonly sinch: FakeSinch,
  ) {}

  /** @param database replaces the default database on the run's server */
  static async start(
    processes: number,
    environment: Record<string, string> = {},
    database?: TestDatabase,
  ): Promise<ProcessHarness> {
    const harness = new ProcessHarness(
      database ?? (await createTestDatabase()),
      await FakeSinch.start(),
    );
    for (let i = 0; i < processes; i += 1) await harness.add(environment);
    return harness;
  }

  async add(environment: Record<string, string> = {}, preload?: string): Promise<ServiceProcess> {
    const service = await ServiceProcess.start(this.database.url, this.sinch, environment, preload);
    this.services.push(service);
    this.clients.push(new Client(service.url));
    return service;
  }

  get client(): Client {
    return this.clients[0]!;
  }

  get service(): ServiceProcess {
    return this.services[0]!;
  }

  clientOf(turn: number): Client {
    return this.clients[turn % this.clients.length]!;
  }

  async request(phoneNumber: string): Promise<string> {
    noteSecret(phoneNumber);
    const answer = await this.client.post('/request-otp', { phoneNumber });
    if (answer.status !== 200)
      throw new Error(`request-otp answered ${answer.status}: ${answer.text}`);
    return String(answer.body['verificationId']);
  }

  async rows(sql: string): Promise<Record<string, unknown>[]> {
    return (await administer(sql, this.database.url)).rows as Record<string, unknown>[];
  }

  async stop(): Promise<void> {
    for (const client of this.clients) client.close();
    await Promise.all(this.services.map((service) => service.stop()));
    await this.sinch.close();
    await this.database.drop();
  }
}
