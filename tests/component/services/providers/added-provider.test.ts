import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createTestDatabase, type TestDatabase } from '../../../support/database.js';
import { noteSecret } from '../../../support/evidence.js';
import { freshNumber } from '../../../support/service.js';
import { PRODUCTION_ENVIRONMENT, ServiceProcess } from '../../../support/service-process.js';
import { PagesProviders } from './support/pages-providers.js';

/** Acme's two APIs, as docs/adding-a-provider.md invents them. */
class FakeAcme {
  readonly requests: { path: string; authorization: string; body: Record<string, string> }[] = [];
  private readonly server: Server = createServer((req, res) => {
    let text = '';
    req.on('data', (chunk: Buffer) => (text += chunk.toString()));
    req.on('end', () => {
      const body = JSON.parse(text) as Record<string, string>;
      const { url: path = '', headers } = req;
      this.requests.push({ path, authorization: headers.authorization ?? '', body });
      res.end(JSON.stringify(this.answerTo(path, body)));
    });
  });

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  private answerTo(path: string, { code }: Record<string, string>): object {
    if (path === '/v1/messages') return { messageId: 'acme-message-1' };
    if (path === '/v1/verifications') return { id: 'acme-verification-1' };
    return { status: code === '271828' ? 'approved' : 'wrong' };
  }
}

describe('a provider and a sender that are added as the page says', () => {
  const acme = new FakeAcme();
  let pages: PagesProviders;
  let database: TestDatabase;
  beforeAll(async () => {
    noteSecret('271828');
    [pages, database] = [new PagesProviders(), await createTestDatabase()];
    await acme.start();
  });
  afterAll(async () => {
    acme.stop();
    pages.remove();
    await database.drop();
  });

  const start = (environment: Record<string, string>) =>
    ServiceProcess.spawn({
      script: pages.server,
      environment: { ...PRODUCTION_ENVIRONMENT, DATABASE_URL: database.url, ...environment },
    });

  /** The faults that a start reports when nothing on this machine is allowed. */
  const faultsOf = async (environment: Record<string, string>) => {
    const service = start({ PROVIDER_ALLOW_LOOPBACK: '', ...environment });
    expect((await service.ended).code).toBe(1);
    return [...service.errorOutput.matchAll(/^ {2}- (.*)$/gm)].map((match) => match[1]);
  };
  const BOTH = { VERIFICATION_PROVIDERS: 'acme,local-code', SMS_SENDER: 'acme-sms' };
  const isPublished = 'is the published development value, which production must not use';
  const isLocal = 'a provider on this machine requires PROVIDER_ALLOW_LOOPBACK=true in production';

  test('take two files each', () => {
    expect(pages.files).toEqual([
      'src/services/providers/acme/acme.service.ts',
      'src/config/providers.ts',
      'src/services/messages/acme-sms/acme-sms.service.ts',
      'src/config/sms-senders.ts',
    ]);
  });

  test('compile', () => {
    expect(pages.errors()).toEqual([]);
  });

  test('are refused in production with their published keys over loopback HTTP', async () => {
    const faults = await faultsOf({
      ...BOTH,
      ACME_URL: acme.url,
      ACME_API_KEY: 'acme-development-key',
      ACME_SMS_URL: acme.url,
      ACME_SMS_TOKEN: 'acme-sms-development-token',
    });
    expect(faults).toEqual([
      `ACME_API_KEY: ${isPublished}`,
      `ACME_SMS_TOKEN: ${isPublished}`,
      `ACME_URL: ${isLocal}`,
      `ACME_SMS_URL: ${isLocal}`,
    ]);
  });

  test('are refused without an account, and for a channel that they lack', async () => {
    expect(await faultsOf({ ...BOTH, OTP_CHANNELS: 'voice' })).toEqual([
      'OTP_CHANNELS: no provider in use supports "voice"',
      'ACME_API_KEY: must be set in production',
      'ACME_SMS_TOKEN: must be set in production',
    ]);
    expect(await faultsOf({ ...BOTH, NODE_ENV: 'development' })).toEqual([
      'ACME_API_KEY: must be set, because acme has no simulator',
      'ACME_SMS_TOKEN: must be set, because acme-sms has no simulator',
    ]);
  });

  test('send and check codes, each behind its own guard', async () => {
    const service = start({
      VERIFICATION_PROVIDERS: 'acme',
      ACME_URL: acme.url,
      ACME_API_KEY: 'key-of-the-tests',
      ACME_SMS_URL: acme.url,
      ACME_SMS_TOKEN: 'token-of-the-tests',
      ROUTE_SE: 'local-code',
      SMS_SENDER: 'acme-sms',
      METRICS_TOKEN: 'token-of-the-metrics',
    });
    await service.listens();
    const post = async (path: string, body: object) => {
      const answer = await fetch(service.url + path, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      return { status: answer.status, body: (await answer.json()) as Record<string, string> };
    };
    const verify = async (phoneNumber: string, codeOf: () => string | undefined) => {
      noteSecret(phoneNumber);
      const sent = await post('/request-otp', { phoneNumber });
      const { verificationId } = sent.body;
      const checked = await post('/verify-otp', { verificationId, code: codeOf() });
      return [sent.status, checked.body['status']];
    };
    expect(await verify(freshNumber(), () => '271828')).toEqual([200, 'verified']);
    const codeInText = () => /\d{6}/.exec(acme.requests.at(-1)?.body['text'] ?? '')?.[0];
    expect(await verify('+46700000101', codeInText)).toEqual([200, 'verified']);
    expect(acme.requests.map(({ path, authorization }) => [path, authorization])).toEqual([
      ['/v1/verifications', 'Bearer key-of-the-tests'],
      ['/v1/verifications/acme-verification-1/check', 'Bearer key-of-the-tests'],
      ['/v1/messages', 'Bearer token-of-the-tests'],
    ]);
    const voice = await post('/request-otp', { phoneNumber: freshNumber(), channel: 'voice' });
    expect(voice.status).toBe(400);
    const metrics = await fetch(`${service.url}/metrics`, {
      headers: { authorization: 'Bearer token-of-the-metrics' },
    });
    const text = await metrics.text();
    for (const name of ['acme', 'acme-sms']) {
      expect(text).toContain(`proofline_provider_circuit_state{provider="${name}"} 0`);
    }
    expect(text).toMatch(/provider_call_duration_seconds_count\{[^}]*provider="acme"[^}]*\} 1/);
    expect((await service.stop()).code).toBe(0);
  });
});
