import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { describeInChromium, launchChromium, screenshotDirectory } from './support/chromium.js';
import { startPrefixProxy } from '../support/prefix-proxy.js';
import { TestService } from '../support/service.js';
import { startService, type ServiceProcess } from './support/service-process.js';
import {
  expectSound,
  freshNumber,
  VIEWS,
  Visit,
  wrongCode,
  WINDOWS,
  type VisitOptions,
} from './support/visit.js';

const BORDERS = `['.phone', '.message', '.copy']
  .map((name) => getComputedStyle(document.querySelector(name)).borderTopStyle)`;

describeInChromium('pages', () => {
  let service: ServiceProcess;
  let browser: Browser;
  let screenshots: string;
  let visit: Visit;

  const open = async (path: string | null, options: Partial<VisitOptions> = {}): Promise<Visit> => {
    visit = await Visit.start(browser, service.url, path, { screenshots, ...options });
    return visit;
  };

  const send = async (phoneNumber: string): Promise<void> => {
    const answer = await fetch(`${service.url}/request-otp`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ phoneNumber }),
    });
    expect(answer.status).toBe(200);
  };

  beforeAll(async () => {
    screenshots = await screenshotDirectory();
    service = await startService();
    browser = await launchChromium();
  }, 120_000);

  afterAll(async () => {
    await browser.close();
    await service.stop();
  }, 60_000);

  afterEach(async () => {
    await visit.end();
    expect(visit.complaints).toEqual([]);
  });

  describe.each(VIEWS)('in a %s scheme, in a %s window', (colorScheme, size) => {
    const view = { colorScheme, viewport: WINDOWS[size] };

    const isSound = (name: string) => expectSound(visit, `${name}-${size}-${colorScheme}`);

    it('the demo page is accessible and fits in every state', async () => {
      const { page } = await open('/', view);
      await page.locator('#country option').first().waitFor({ state: 'attached' });
      await isSound('state-number');
      await page.locator('#send').click();
      await isSound('state-number-fault');
      await visit.askFor(freshNumber().typed);
      const code = await visit.codeOnPhone();
      await isSound('state-code');
      await visit.enterCode(wrongCode(code));
      await page.locator('#code-error:not(:empty)').waitFor();
      await isSound('state-code-fault');
      await visit.enterCode(code);
      await page.locator('#done').waitFor();
      await isSound('state-verified');
    });

    it('the simulated phones are accessible and fit, with and without messages', async () => {
      const { page } = await open('/simulator', view);
      await send(freshNumber().e164);
      await page.locator('.message').first().waitFor();
      await isSound('phones');
      await page.locator('#clear').click();
      await page.locator('#empty').waitFor();
      await isSound('phones-empty');
    });

    it('the webhooks page is accessible and fits, with the body of an event open', async () => {
      const { page } = await open('/simulator/webhooks', view);
      const number = freshNumber();
      await send(number.e164);
      const event = page.locator('.event', { hasText: number.shown.slice(-4) }).first();
      await event.locator('summary').click();
      await isSound('webhooks');
      await page.locator('#clear').click();
      await page.locator('#empty').waitFor();
    });
  });

  it('keep the button of each step in view, in a small window and any language', async () => {
    const { page } = await open('/');
    const fits = async (button: string, languages = ['de', 'ar', 'en']) => {
      for (const lang of languages) {
        await page.locator('#language').selectOption(lang);
        expect([lang, await visit.misfits(button)]).toEqual([lang, []]);
      }
    };
    await page.locator('#number-form').waitFor();
    await fits('#send');
    await page.locator('#send').click();
    await fits('#send', ['sv', 'fr', 'es', 'de', 'ar', 'en']);
    await visit.askFor(freshNumber().e164);
    const code = await visit.codeOnPhone();
    await fits('#verify');
    await visit.enterCode(wrongCode(code));
    await page.locator('#code-error:not(:empty)').waitFor();
    await fits('#verify');
    await visit.enterCode(code);
    await page.locator('#done').waitFor();
    await fits('#again');
    for (const channel of ['flashcall', 'seamless']) {
      // A reload would resume the verification.
      await page.evaluate('sessionStorage.clear()');
      await page.goto(service.url);
      await visit.askFor(freshNumber().e164, channel);
      await fits('#verify');
    }
  });

  describe('simulated phones', () => {
    it('show messages live, newest first, copy a code and clear the messages', async () => {
      const { page } = await open('/simulator');
      await page.locator('#live[data-state="live"]').waitFor();
      const [first, second] = [freshNumber(), freshNumber()];
      await send(first.e164);
      await page.locator('.phone-number', { hasText: first.shown.slice(-4) }).waitFor();
      await send(second.e164);
      await page.locator('.phone-number', { hasText: second.shown.slice(-4) }).waitFor();
      const names = await page.locator('.phone-number').allTextContents();
      expect(names.slice(0, 2).map((name) => name.replaceAll('\u00a0', ' '))).toEqual([
        second.shown,
        first.shown,
      ]);
      const [message] = await visit.inbox(second.e164);
      const card = page.locator('.message').first();
      expect(await card.locator('.message-text').textContent()).toBe(message!.text);
      expect(await visit.misfits('#clear')).toEqual([]);
      await page.emulateMedia({ forcedColors: 'active' });
      expect(await page.evaluate(BORDERS)).toEqual(['solid', 'solid', 'solid']);
      await page.emulateMedia({ forcedColors: 'none' });
      await card.locator('.copy').click();
      await card.locator('.copy', { hasText: 'Copied' }).waitFor();
      expect(await page.evaluate('navigator.clipboard.readText()')).toBe(message!.code);
      await page.locator('#clear').click();
      await page.locator('#empty').waitFor();
      expect(await page.locator('#curl').textContent()).toContain(`${service.url}/request-otp`);
      expect(await visit.misfits('#copy-curl')).toEqual([]);
      expect(await visit.inbox(second.e164)).toEqual([]);
    });

    it('show markup in a message as text', async () => {
      await open(null);
      const text = '<img src=x onerror="console.error(1)"> 123456 <script>1</script>';
      const message = { id: '1', to: '+1<b>', channel: '<i>', text, code: '123456' };
      await visit.page.route('**/simulator/inbox', (route) =>
        route.fulfill({ json: [{ ...message, receivedAt: new Date().toISOString() }] }),
      );
      await visit.page.goto(`${service.url}/simulator`);
      const shown = visit.page.locator('.message-text');
      await shown.waitFor();
      expect(await shown.textContent()).toBe(text);
      expect(await visit.page.locator('main :is(img, script, b, i)').count()).toBe(0);
    });

    it('report that a real provider delivers', async () => {
      await open(null);
      await visit.page.route('**/simulator/inbox*', (route) =>
        route.fulfill({ status: 404, json: { code: 'not_found' } }),
      );
      await visit.page.goto(service.url);
      await visit.page.locator('#where', { hasText: 'a real provider' }).waitFor();
      await visit.askFor(freshNumber().typed);
      await visit.page.locator('.phone-hint', { hasText: 'Check your own' }).waitFor();
      expect(visit.complaints.splice(0).join()).toContain('status of 404');
    });
  });

  describe('errors', () => {
    it("lead to the code step when the provider's outcome is unknown", async () => {
      const { page } = await open('/');
      const problem = { code: 'provider_outcome_unknown', verificationId: 'unknown' };
      await page.route('**/request-otp', (route) =>
        route.fulfill({
          status: 504,
          contentType: 'application/problem+json',
          body: JSON.stringify(problem),
        }),
      );
      await visit.askFor(freshNumber().typed);
      await page.locator('#code-notice', { hasText: 'it may still arrive' }).waitFor();
      await page.locator('#resend:not([aria-disabled])').waitFor();
    });

    it('are readable when a response is not JSON', async () => {
      const { page } = await open('/');
      await page.route('**/request-otp', (route) =>
        route.fulfill({ status: 502, contentType: 'text/html', body: '<h1>Bad Gateway</h1>' }),
      );
      await page.locator('#number').fill(freshNumber().typed);
      await page.locator('#send').click();
      await page.locator('#number-error', { hasText: 'Something went wrong' }).waitFor();
    });
  });

  describe('the API reference', () => {
    it.each(['light', 'dark'] as const)('shows every operation (%s)', async (colorScheme) => {
      const { page } = await open('/docs', { colorScheme });
      await page.locator('.opblock').first().waitFor();
      const document = (await (await fetch(`${service.url}/openapi.json`)).json()) as {
        paths: Record<string, Record<string, unknown>>;
        webhooks: Record<string, Record<string, unknown>>;
      };
      // The page lists the events of webhooks like operations.
      const listed = { ...document.paths, ...document.webhooks };
      const operations = Object.values(listed).flatMap(Object.keys);
      expect(operations.length).toBeGreaterThan(0);
      expect(await page.locator('.opblock').count()).toBe(operations.length);
      await page.locator('.opblock-post .opblock-summary-control').first().click();
      await page.locator('.opblock-body').waitFor();
      await expectSound(visit, `docs-${colorScheme}`);
    });

    // Each example is sent in documented.test.ts; here swagger-ui fills in a body, a path and both.
    it('sends a valid request at the first click on Execute', async () => {
      const { page } = await open('/docs');
      const statuses: (string | null)[] = [];
      for (const name of ['requestOtp', 'getVerification', 'resendOtp']) {
        const operation = page.locator(`.opblock[id$=-${name}]`);
        await operation.locator('.opblock-summary-control').click();
        await operation.locator('.btn.execute').click();
        const status = operation.locator('.live-responses-table tbody .response-col_status');
        statuses.push(await status.first().textContent());
      }
      expect(statuses).toEqual(['200', '404', '404']);
      // In a narrow window it scrolls, which the keyboard must be able to do.
      expect(await page.locator('.curl').first().getAttribute('tabindex')).toBe('0');
      await expectSound(visit, 'docs-executed');
      // Chromium logs both refusals.
      expect(visit.complaints.splice(0).join()).not.toMatch(/CSP|uncaught|asked for/);
    });
  });

  it('verify a number and show the API behind a path prefix', async () => {
    const inner = await TestService.start({ PUBLIC_URL: 'https://example.test/verify' });
    const proxy = await startPrefixProxy(inner.url, '/verify', true);
    try {
      visit = await Visit.start(browser, proxy.url, '/verify/', { screenshots });
      const { page } = visit;
      const number = freshNumber();
      await visit.askFor(number.typed);
      await visit.enterCode(inner.sinch.codeFor(number.e164));
      await page.locator('#done').waitFor();
      await page.getByRole('link', { name: 'API' }).click();
      await page.locator('.opblock-post .opblock-summary-control').first().click();
      await page.locator('.btn.execute').click();
      const status = page.locator('.live-responses-table tbody .response-col_status');
      expect(await status.first().textContent()).toMatch(/^200/);
      // Only `npm start` has simulated phones, which the demo page looks for.
      const others = visit.complaints.splice(0).filter((text) => !text.includes('status of 404'));
      expect(others).toEqual([]);
    } finally {
      await visit.end();
      proxy.close();
      await inner.stop();
    }
  });
});
