import { SINCH_CALLBACK, signedBySinch } from '../../support/callbacks.js';
import { startPrefixProxy, type PrefixProxy } from '../../support/prefix-proxy.js';
import { TestService, freshNumber } from '../../support/service.js';

const PREFIX = '/verify';

let service: TestService;
let stripping: PrefixProxy;
let passing: PrefixProxy;

beforeAll(async () => {
  service = await TestService.start({ PUBLIC_URL: `https://example.test${PREFIX}` });
  stripping = await startPrefixProxy(service.url, PREFIX, true);
  passing = await startPrefixProxy(service.url, PREFIX, false);
});
afterAll(async () => {
  stripping.close();
  passing.close();
  await service.stop();
});

const ways = () =>
  [
    ['a proxy that removes the prefix', stripping.url + PREFIX],
    ['a proxy that leaves the prefix', passing.url + PREFIX],
    ['the own address with the prefix', service.url + PREFIX],
    ['the own address', service.url],
  ] as const;

const post = (url: string, body: object) =>
  fetch(url, {
    method: 'POST',
    redirect: 'manual',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

/** The addresses that a page or script refers to. */
function linksIn(text: string): string[] {
  const found = text.matchAll(/ (?:href|src)="([^"#]+)"|(?:import|from) '([^']+)'/g);
  return [...found].map(([, link, module]) => link ?? module ?? '');
}

describe('behind a path prefix', () => {
  test('the pages and everything that they refer to are there', async () => {
    for (const [way, base] of ways()) {
      const faults: string[] = [];
      const waiting = ['/', '/simulator', '/docs', '/docs/'].map((path) => base + path);
      if (base !== service.url) waiting.push(base);
      const seen = new Set(waiting);
      for (let url = waiting.pop(); url !== undefined; url = waiting.pop()) {
        const answer = await fetch(url, { redirect: 'manual' });
        const text = await answer.text();
        if (answer.status !== 200) faults.push(`${url}: ${answer.status}`);
        if (!/\.(js|css|json|svg)$/.test(url) || url.includes('/assets/js/')) {
          for (const link of linksIn(text)) {
            const next = new URL(link, url).href;
            // Only `npm start` has simulated phones and receives webhooks.
            const isSimulated = /\/simulator\/(inbox|webhooks\/events)$/.test(next);
            if (!seen.has(next) && !isSimulated) waiting.push(next);
            seen.add(next);
          }
        }
      }
      expect([way, faults]).toEqual([way, []]);
      expect(seen.size).toBeGreaterThan(20);
    }
  });

  test('the element of the demo page calls the service under the prefix', async () => {
    const page = await (await fetch(`${stripping.url}${PREFIX}/`)).text();
    expect(page).toContain(`base-url="${PREFIX}"`);
  });

  test('the API works, and its document names the prefix', async () => {
    for (const [way, base] of ways()) {
      const phoneNumber = freshNumber();
      const sent = await post(`${base}/request-otp`, { phoneNumber });
      expect([way, sent.status]).toEqual([way, 200]);
      const document = (await (await fetch(`${base}/openapi.json`)).json()) as {
        servers: { url: string }[];
      };
      expect(document.servers).toEqual([{ url: PREFIX }]);
    }
  });

  test('a callback has the signature of the public path', async () => {
    for (const [way, base] of ways()) {
      const { body, headers } = signedBySinch({ event: 'x' }, { path: PREFIX + SINCH_CALLBACK });
      const answer = await fetch(base + SINCH_CALLBACK, { method: 'POST', body, headers });
      expect([way, answer.status]).toEqual([way, 200]);
    }
  });

  test('a path of the service wins over a prefix of the same name', async () => {
    const named = await TestService.start({ PUBLIC_URL: 'https://example.test/verifications' });
    try {
      const id = await named.request(freshNumber());
      expect((await named.get(`/verifications/${id}`)).status).toBe(200);
      expect((await named.get(`/verifications/verifications/${id}`)).status).toBe(200);
      expect((await named.get('/verifications/livez/')).body['code']).toBe(
        'verification_not_found',
      );
    } finally {
      await named.stop();
    }
  });

  test('other paths are not found', async () => {
    for (const path of ['/verifyx/livez', '/VERIFY/livez', '/verify/verify/livez', '/other']) {
      expect((await service.get(path)).body['code']).toBe('not_found');
    }
  });
});

describe('a slash at the end of a path', () => {
  test('changes no answer, and is never a redirect', async () => {
    const phoneNumber = freshNumber();
    const sent = await post(`${service.url}/request-otp/`, { phoneNumber });
    expect(sent.status).toBe(200);
    const { verificationId } = (await sent.json()) as { verificationId: string };
    const code = service.sinch.codeFor(phoneNumber);
    const answers: [string, Response | { status: number }][] = [
      ['read', await service.get(`/verifications/${verificationId}/`)],
      ['check', await post(`${service.url}/verify-otp/`, { verificationId, code })],
      ['resend', await post(`${service.url}/verifications/${verificationId}/resend/`, {})],
      ['keys', await service.get('/.well-known/jwks.json/')],
      ['document', await service.get('/openapi.json/')],
      ['page', await service.get('/docs/')],
      ['probe', await service.get('/readyz/')],
      ['method', await service.get('/verify-otp/')],
    ];
    expect(answers.map(([name, { status }]) => `${name} ${status}`)).toEqual([
      'read 200',
      'check 200',
      'resend 409',
      'keys 200',
      'document 200',
      'page 200',
      'probe 200',
      'method 405',
    ]);
  });

  test('counts for the signature of a callback', async () => {
    const path = `${PREFIX}${SINCH_CALLBACK}/`;
    const { body, headers } = signedBySinch({ event: 'x' }, { path });
    const answer = await service.call('POST', `${SINCH_CALLBACK}/`, body, headers);
    expect(answer.status).toBe(200);
  });
});
