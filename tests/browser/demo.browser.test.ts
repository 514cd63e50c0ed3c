import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { describeInChromium, launchChromium, screenshotDirectory } from './support/chromium.js';
import { startService, type ServiceProcess } from './support/service-process.js';
import { freshNumber, Visit, wrongCode, type VisitOptions } from './support/visit.js';

const COOLDOWN_SECONDS = 3;

describeInChromium('the demo page', () => {
  let service: ServiceProcess;
  let browser: Browser;
  let screenshots: string;
  let visit: Visit;

  const open = async (options: Partial<VisitOptions> = {}): Promise<Visit> => {
    visit = await Visit.start(browser, service.url, '/', { screenshots, ...options });
    return visit;
  };

  const text = async (selector: string): Promise<string> =>
    ((await visit.page.locator(selector).textContent()) ?? '').replaceAll('\u00a0', ' ');

  beforeAll(async () => {
    screenshots = await screenshotDirectory();
    // The page then has a publishable key of its own; pages.browser.test.ts covers it without one.
    service = await startService({
      CALLERS: 'keys',
      LIMIT_RESEND_COOLDOWN_SECONDS: String(COOLDOWN_SECONDS),
    });
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

  it('verifies a number with the code from the phone', async () => {
    const { page } = await open();
    const number = freshNumber();
    await page.locator('#number').pressSequentially(number.typed);
    expect(await page.locator('#number').inputValue()).toBe(`(415) 555-${number.typed.slice(-4)}`);
    await page.locator('#send').click();
    const code = await visit.codeOnPhone();
    expect(await visit.inbox(number.e164)).toMatchObject([{ to: number.e164, code }]);
    expect(await text('#sent-to')).toBe(number.shown);
    expect(await text('#tries')).toBe('5 tries left');
    expect(await text('#expiry')).toMatch(/^Expires in \d+:\d\d$/);
    expect(await visit.focused()).toBe('code');
    await visit.screenshot('demo-code');
    await visit.enterCode(code);
    await page.locator('#done').waitFor();
    expect(await text('#done-number')).toBe(number.shown);
    expect(await visit.focused()).toBe('done-title');
    await visit.screenshot('demo-verified');
    await page.locator('#again').click();
    expect(await page.locator('#number').inputValue()).toBe('');
    expect(await visit.focused()).toBe('number');
    expect(await page.locator('.message').count()).toBe(0);
  });

  it('reports a wrong code and the attempts left, then accepts the right one', async () => {
    const { page } = await open();
    await visit.askFor(freshNumber().typed);
    const code = await visit.codeOnPhone();
    await visit.enterCode(wrongCode(code));
    await page.locator('#code-error:not(:empty)').waitFor();
    expect(await text('#code-error')).toBe('That is not the code. 4 tries left.');
    expect(await text('#tries')).toBe('4 tries left');
    expect(await visit.focused()).toBe('code');
    await visit.screenshot('demo-wrong-code');
    // The wrong code is selected, so that typing replaces it.
    await page.keyboard.type(code);
    expect(await page.locator('#code').inputValue()).toBe(code);
    await page.keyboard.press('Enter');
    await page.locator('#done').waitFor();
  });

  it('stops after the last attempt and offers a new code', async () => {
    const { page } = await open();
    await visit.askFor(freshNumber().typed);
    const code = await visit.codeOnPhone();
    for (const left of [4, 3, 2, 1]) {
      await visit.enterCode(wrongCode(code));
      await page.locator('#tries', { hasText: `${left} ` }).waitFor();
    }
    await visit.enterCode(wrongCode(code));
    await page.locator('#verify').waitFor({ state: 'hidden' });
    expect(await page.locator('#code').isDisabled()).toBe(true);
    expect(await visit.focused()).toBe('resend');
    await visit.screenshot('demo-no-tries-left');
  });

  it('accepts a pasted code with spaces', async () => {
    const { page } = await open();
    await visit.askFor(freshNumber().typed);
    const code = await visit.codeOnPhone();
    await page.evaluate(`navigator.clipboard.writeText('${code.slice(0, 3)} ${code.slice(3)}')`);
    await page.locator('#code').focus();
    await page.keyboard.press('Control+V');
    expect(await page.locator('#code').inputValue()).toBe(code);
    await page.locator('#verify').click();
    await page.locator('#done').waitFor();
  });

  it('sends one message for a double click', async () => {
    const { page } = await open();
    const sent: string[] = [];
    page.on('request', (request) => {
      if (request.url().endsWith('/request-otp')) sent.push(request.headers()['idempotency-key']!);
    });
    const number = freshNumber();
    await page.locator('#number').fill(number.typed);
    await page.locator('#send').dblclick();
    await visit.codeOnPhone();
    expect(sent).toEqual([expect.stringMatching(/^[0-9a-f]{32}$/)]);
    expect(await visit.inbox(number.e164)).toHaveLength(1);
  });

  it('retries a lost response with the same key', async () => {
    const { page } = await open();
    const keys: (string | undefined)[] = [];
    await page.route('**/request-otp', (route) => {
      keys.push(route.request().headers()['idempotency-key']);
      return keys.length === 1 ? route.abort() : route.continue();
    });
    await page.locator('#number').fill(freshNumber().typed);
    await page.locator('#send').click();
    await page.locator('#number-error', { hasText: 'No answer from the service' }).waitFor();
    await page.locator('#send').click();
    await page.locator('#code').waitFor();
    expect(keys).toHaveLength(2);
    expect(keys[0]).toBe(keys[1]);
    expect(visit.complaints.splice(0)).toEqual(['Failed to load resource: net::ERR_FAILED']);
  });

  it('counts down to the resend, sends it, and accepts the new code', async () => {
    const { page } = await open();
    const number = freshNumber();
    await visit.askFor(number.typed);
    await visit.codeOnPhone();
    const asked: string[] = [];
    page.on('request', (request) => {
      if (request.url().endsWith('/resend')) asked.push(request.method());
    });
    const resend = page.locator('#resend');
    expect(await resend.textContent()).toMatch(/^Send a new code in 0:0[1-4]$/);
    await resend.dblclick({ force: true });
    await page.locator('#resend:not([aria-disabled])', { hasText: /^Send a new code$/ }).waitFor();
    // The service would refuse it too: what the page asked for counts.
    expect(asked).toEqual([]);
    await resend.click();
    await page.locator('#code-notice', { hasText: 'A new code is on its way' }).waitFor();
    expect(await visit.focused()).toBe('code');
    expect(asked).toEqual(['POST']);
    await visit.enterCode(await visit.codeOnPhone(2));
    await page.locator('#done').waitFor();
    expect(await visit.inbox(number.e164)).toHaveLength(2);
  });

  it('returns to the valid code when the number is submitted again at once', async () => {
    const { page } = await open();
    const number = freshNumber();
    await visit.askFor(number.typed);
    const code = await visit.codeOnPhone();
    await page.locator('#change').click();
    await page.locator('#send').click();
    await page.locator('#code-notice', { hasText: 'It still works' }).waitFor();
    await visit.enterCode(code);
    await page.locator('#done').waitFor();
    expect(await visit.inbox(number.e164)).toHaveLength(1);
  });

  it('shows the remaining cool-down of a number', async () => {
    const number = freshNumber();
    const { page } = await open();
    await page.locator('#number').fill(number.typed);
    const key = await page.locator('#verification').getAttribute('publishable-key');
    await fetch(`${service.url}/request-otp`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'proofline-key': String(key),
        origin: service.url,
      },
      body: JSON.stringify({ phoneNumber: number.e164 }),
    });
    await page.locator('#send').click();
    const error = page.locator('#number-alert');
    await error.locator('.ticking', { hasText: /Try again in 0:0[1-4]\./ }).waitFor();
    await error.locator('.ticking', { hasText: 'You can try again now.' }).waitFor();
    expect(await error.locator('.visually-hidden').textContent()).toBe(' You can try again now.');
  });

  it("counts by the service's clock when the device's clock is an hour off", async () => {
    await open();
    for (const minutes of [-60, 60]) {
      await visit.page.clock.setSystemTime(Date.now() + minutes * 60_000);
      await visit.askFor(freshNumber().typed);
      expect(await text('#resend')).toMatch(/^Send a new code in 0:0[1-4]$/);
      expect(await text('#expiry')).toMatch(/^Expires in [1-9]:\d\d$/);
      await visit.page.locator('#change').click();
      await visit.page.locator('#number').fill('');
    }
  });

  it('works with the keyboard alone', async () => {
    const { page } = await open();
    const press = (key: string): Promise<void> => page.keyboard.press(key);
    const tabTo = async (id: string): Promise<void> => {
      for (let presses = 0; presses < 12 && (await visit.focused()) !== id; presses += 1) {
        await press('Tab');
      }
      expect(await visit.focused()).toBe(id);
    };
    await tabTo('country');
    await page.keyboard.type('switz');
    expect(await text('#country-name')).toBe('Switzerland');
    await tabTo('sample');
    await press('Enter');
    expect(await visit.focused()).toBe('number');
    expect(await page.locator('#number').inputValue()).not.toBe('');
    await press('Enter');
    await page.locator('#code').waitFor();
    await page.keyboard.type(await visit.codeOnPhone());
    await press('Enter');
    await page.locator('#done').waitFor();
    await tabTo('again');
    await press('Space');
    expect(await visit.focused()).toBe('number');
    expect(await page.locator('#number').inputValue()).toBe('');
  });

  it('speaks the language of the browser, and another one at any time', async () => {
    const { page } = await open({ locale: 'sv-SE' });
    await page.locator('.screen[lang="sv"]').waitFor();
    expect(await text('h1')).toBe('Verifiera ett nummer');
    await visit.askFor(freshNumber().e164, 'voice');
    await page.getByRole('button', { name: 'Svara' }).click();
    await page.locator('#language').focus();
    await page.keyboard.type('Deu');
    await page.locator('.screen[lang="de"]').waitFor();
    expect(await visit.focused()).toBe('language');
    expect(await text('.copy')).toMatch(/^\d+ kopieren$/);
    expect(await page.title()).toBe('Nummer bestätigen · Proofline');
    await page.locator('#language').selectOption('ar');
    await page.locator('.screen[dir="rtl"]').waitFor();
    expect(await page.locator('html').getAttribute('dir')).toBe('rtl');
    expect(await page.getByRole('log', { name: 'الرسائل' }).count()).toBe(1);
    await page.reload();
    await page.locator('#language-name', { hasText: 'العربية' }).waitFor();
    expect(await text('.message-title')).toBe('مكالمة واردة');
  });

  it('follows a typed country code and keeps the caret position', async () => {
    const { page } = await open();
    const field = page.locator('#number');
    await field.pressSequentially('+49151234567');
    expect(await text('#country-name')).toBe('Germany');
    await field.fill('');
    await page.locator('#country').selectOption('US');
    await field.pressSequentially('415552671');
    for (let step = 0; step < 5; step += 1) await page.keyboard.press('ArrowLeft');
    await page.keyboard.type('5');
    expect(await field.inputValue()).toBe('(415) 555-2671');
    await page.keyboard.press('Backspace');
    await page.keyboard.type('9');
    expect(await field.inputValue()).toBe('(415) 559-2671');
  });

  it('reports an invalid number without a request', async () => {
    const { page } = await open();
    let sent = 0;
    page.on('request', (request) => (sent += Number(request.method() === 'POST')));
    const faults: [string, string][] = [
      ['', 'Type your phone number first.'],
      ['415', 'This number is too short.'],
      ['415555267100000', 'This number is too long.'],
    ];
    for (const [typed, fault] of faults) {
      await page.locator('#number').fill(typed);
      await page.locator('#send').click();
      expect(await text('#number-error')).toBe(fault);
      expect(await page.locator('#number').getAttribute('aria-invalid')).toBe('true');
      expect(await visit.focused()).toBe('number');
    }
    expect(sent).toBe(0);
  });
});
