import { jest } from '@jest/globals';
import { createTestDatabase, administer, type TestDatabase } from '../../support/database.js';
import { noteSecret } from '../../support/evidence.js';
import { FakeSinch } from '../../support/fake-sinch.js';
import { ServiceProcess } from '../../support/service-process.js';
import { Client } from './client.js';

// Real processes take their time to start where others are at work on the same machine.
jest.setTimeout(90_000);

/** Processes of the service in front of one recording provider, on one database. */
export class ProcessHarness {
  readonly services: ServiceProcess[] = [];
  readonly clients: Client[] = [];

  private constructor(
    readonly database: TestDatabase,
    readonly sinch: FakeSinch,
  ) {}

  /** @param database of the test file itself, when it is not to be one on the server of the run */
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

  /** One more process, with a client of its own. */
  async add(environment: Record<string, string> = {}, preload?: string): Promise<ServiceProcess> {
    const service = await ServiceProcess.start(this.database.url, this.sinch, environment, preload);
    this.services.push(service);
    this.clients.push(new Client(service.url));
    return service;
  }

  /** The client of the only process, or of the first. */
  get client(): Client {
    return this.clients[0]!;
  }

  get service(): ServiceProcess {
    return this.services[0]!;
  }

  /** The clients in turn, for requests that are to be spread over the processes. */
  clientOf(turn: number): Client {
    return this.clients[turn % this.clients.length]!;
  }

  /** Asks for a code and returns the id. */
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
