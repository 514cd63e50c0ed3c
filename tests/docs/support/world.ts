import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { expect } from '@jest/globals';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import type { Browser, Page } from 'playwright-core';
import { hasChromium, launchChromium } from '../../browser/support/chromium.js';
import { startService, type ServiceProcess } from '../../browser/support/service-process.js';
import { freshNumber, Visit, type SimulatedMessage } from '../../browser/support/visit.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { ROOT } from './pages.js';

/** What the pages share: a service as `npm start` starts it, a database, and an application of the reader. */
export class World {
  private browser: Browser | undefined;
  private html = '';

  private constructor(
    private readonly service: ServiceProcess,
    private readonly database: TestDatabase,
    private readonly app: Server,
  ) {
    app.on('request', (req, res) => {
      void this.answer(req).then(([status, type, body]) => {
        res.writeHead(status, { 'Content-Type': type }).end(body);
      });
    });
  }

  static async start(): Promise<World> {
    const app = createServer().listen(0, '127.0.0.1');
    const [database] = await Promise.all([createTestDatabase(), once(app, 'listening')]);
    const service = await startService({
      ACCOUNTS: 'true',
      CORS_ORIGINS: addressOf(app),
      DATABASE_URL: database.url,
      LIMIT_RESEND_COOLDOWN_SECONDS: '0',
      LIMIT_SEND_PER_PHONE: 'off',
    });
    return new World(service, database, app);
  }

  async stop(): Promise<void> {
    await this.browser?.close();
    this.app.close();
    await this.service.stop();
    await this.database.drop();
  }

  get serviceUrl(): string {
    return this.service.url;
  }

  /** The database of all services of the run. */
  get databaseUrl(): string {
    return this.database.url;
  }

  /** `GET /verifications/{}`: the requests that the service takes. */
  async requests(): Promise<Set<string>> {
    const answer = await fetch(`${this.serviceUrl}/openapi.json`);
    const { paths } = (await answer.json()) as { paths: Record<string, Record<string, unknown>> };
    const requests = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    return new Set(requests.map((request) => request.replaceAll(/\{\w+\}/g, '{}')));
  }

  /** Serves a page of the reader, with `/element.js` and a backend that takes proofs. Returns its address. */
  serve(html: string): string {
    this.html = html;
    return `${addressOf(this.app)}/`;
  }

  /** Verifies a number with the element of a page, whose own backend must then take the proof. */
  async verifyOn(pageUrl: string, serviceUrl: string): Promise<void> {
    if (!hasChromium) return;
    this.browser ??= await launchChromium();
    const { origin } = new URL(pageUrl);
    const visit = await Visit.start(this.browser, origin, null, { screenshots: '' });
    try {
      await Promise.race([failure(visit.page), login(visit, pageUrl, serviceUrl)]);
    } finally {
      await visit.end();
    }
    const expected = new RegExp(`^(asked for ${serviceUrl}/|Failed to load resource)`);
    expect(visit.complaints.filter((one) => !expected.test(one))).toEqual([]);
  }

  private async answer(req: IncomingMessage): Promise<[number, string, string]> {
    if (req.method === 'POST') return [await this.take(req), 'application/json', '{}'];
    if (req.url === '/') return [200, 'text/html', this.html];
    if (req.url !== '/element.js') return [404, 'text/plain', 'not found'];
    const script = readFileSync(join(ROOT, 'client/dist/element.js'), 'utf8');
    return [200, 'text/javascript', script];
  }

  /** The status of a backend that takes JSON with a valid proof. */
  private async take(req: IncomingMessage): Promise<number> {
    if (req.headers['content-type'] !== 'application/json') return 415;
    try {
      const { proof } = (await json(req)) as { proof: string };
      const keys = createRemoteJWKSet(new URL('/.well-known/jwks.json', this.serviceUrl));
      await jwtVerify(proof, keys, { typ: 'phone-proof+jwt' });
      return 200;
    } catch {
      return 401;
    }
  }
}

/** Rejects at the first answer that is an error. Chromium asks for an icon by itself. */
const failure = async (page: Page): Promise<never> => {
  const answer = await page.waitForEvent('response', {
    predicate: (response) => !response.ok() && !response.url().endsWith('/favicon.ico'),
    timeout: 0,
  });
  throw new Error(`${answer.status()} for ${answer.url()}`);
};

async function login(visit: Visit, pageUrl: string, serviceUrl: string): Promise<void> {
  const { typed, e164 } = freshNumber();
  await visit.page.goto(pageUrl);
  await visit.askFor(typed);
  const taken = visit.page.waitForResponse(
    (response) => response.request().method() === 'POST' && response.url().startsWith(pageUrl),
  );
  await visit.enterCode(await newestCode(serviceUrl, e164));
  await taken;
}

const addressOf = (server: Server): string =>
  `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

async function newestCode(serviceUrl: string, number: string): Promise<string> {
  const url = `${serviceUrl}/simulator/inbox?to=${encodeURIComponent(number)}`;
  const [message] = (await (await fetch(url)).json()) as SimulatedMessage[];
  return message!.code;
}
