import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { describeInChromium, launchChromium, screenshotDirectory } from './support/chromium.js';
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

/** Reconnects the element with other attributes, as a framework might. */
const REMOUNT = `(attributes) => {
  const element = document.querySelector('proofline-verify');
  const { parentNode } = element;
  element.remove();
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  parentNode.append(element);
}`;

const HEAR = `window.heard = [];
for (const name of ['proofline-step', 'proofline-verified', 'proofline-error'])
  document.addEventListener(name, ({ type, detail }) => window.heard.push({ type, ...detail }))`;

/** Long words matter in narrow windows, right-to-left text in both. */
const LANGUAGES = { desktop: ['sv', 'ar'], phone: ['es', 'fr', 'de', 'ar'] };

/** A browser with WebOTP whose message the test triggers. */
const WITH_WEB_OTP = `window.OTPCredential = class {};
window.asked = [];
Object.defineProperty(navigator, 'credentials', { value: { get: (options) => {
  window.asked.push(options);
  return new Promise((resolve, reject) => {
    window.receive = (code) => resolve({ code });
    options.signal.addEventListener('abort', () => reject(options.signal.reason));
  });
} } })`;

describeInChromium('<proofline-verify>', () => {
  let service: ServiceProcess;
  let browser: Browser;
  let screenshots: string;
  let visit: Visit;

  const open = async (
    path: string | null = '/',
    options: Partial<VisitOptions> = {},
  ): Promise<Visit> => {
    visit = await Visit.start(browser, service.url, path, { screenshots, ...options });
    return visit;
  };

  const remount = (attributes: Record<string, string>): Promise<unknown> =>
    visit.page.evaluate(`(${REMOUNT})(${JSON.stringify(attributes)})`);

  const isSound = (name: string) => expectSound(visit, name);

  /** Tells the page that the next code expires in two seconds, and then that it has expired. */
  const expireSoon = async () => {
    await visit.page.route('**/verifications/*', async (route) => {
      const response = await route.fetch();
      const json = (await response.json()) as Record<string, unknown>;
      await route.fulfill({ response, json: { ...json, status: 'expired' } });
    });
    await visit.page.route('**/request-otp', async (route) => {
      const response = await route.fetch();
      const json = (await response.json()) as Record<string, unknown>;
      const expiresAt = new Date(Date.now() + 2_000).toISOString();
      await route.fulfill({ response, json: { ...json, expiresAt } });
    });
  };

  beforeAll(async () => {
    screenshots = await screenshotDirectory();
    service = await startService({ LIMIT_RESEND_COOLDOWN_SECONDS: '0' });
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

  describe('after a reload', () => {
    it('continues the same verification with the attempts left', async () => {
      const { page } = await open();
      const number = freshNumber();
      await visit.askFor(number.typed);
      const code = await visit.codeOnPhone();
      await visit.enterCode(wrongCode(code));
      await page.locator('#tries', { hasText: '4 tries left' }).waitFor();
      await page.reload();
      await page.locator('#code-form').waitFor();
      expect(await visit.text('#sent-to')).toBe(number.shown);
      expect(await visit.text('#tries')).toBe('4 tries left');
      await visit.enterCode(await visit.codeOnPhone());
      await page.locator('#done').waitFor();
      expect(await visit.inbox(number.e164)).toHaveLength(1);
    });

    it('remembers the number, but never a code', async () => {
      const { page } = await open();
      await visit.askFor(freshNumber().typed);
      const code = await visit.codeOnPhone();
      await page.locator('#code').fill(code);
      const kept = await page.evaluate<string>('JSON.stringify({ ...sessionStorage })');
      expect(kept).toContain('verificationId');
      expect(kept).not.toMatch(new RegExp(`(?<!\\d)${code}(?!\\d)`));
      expect(await page.evaluate('localStorage.length + document.cookie.length')).toBe(0);
      await page.reload();
      await page.locator('#code-form').waitFor();
      expect(await page.locator('#code').inputValue()).toBe('');
    });

    it.each([
      ['it has succeeded', 'verify'],
      ['it was cancelled elsewhere', 'cancel'],
    ])('starts over when %s', async (_, how) => {
      const { page } = await open();
      await visit.askFor(freshNumber().typed);
      const code = await visit.codeOnPhone();
      if (how === 'verify') {
        await visit.enterCode(code);
        await page.locator('#done').waitFor();
      } else {
        const kept = await page.evaluate<string>('Object.values(sessionStorage)[0]');
        const { verificationId } = JSON.parse(kept) as { verificationId: string };
        await fetch(`${service.url}/verifications/${verificationId}`, { method: 'DELETE' });
      }
      await page.reload();
      await page.locator('#number-form').waitFor();
      expect(await page.evaluate('sessionStorage.length')).toBe(0);
    });
  });

  it('reports a lost connection, and sends one message once it is back', async () => {
    const { page } = await open();
    const number = freshNumber();
    await page.locator('#number').fill(number.typed);
    await page.context().setOffline(true);
    await page.locator('#send').click();
    await page.locator('#number-error', { hasText: 'Check your connection' }).waitFor();
    await isSound('element-offline');
    await page.context().setOffline(false);
    await page.locator('#send').click();
    const code = await visit.codeOnPhone();
    await page.context().setOffline(true);
    await visit.enterCode(code);
    await page.locator('#code-error', { hasText: 'Check your connection' }).waitFor();
    expect(await page.locator('#code').inputValue()).toBe(code);
    await page.context().setOffline(false);
    await page.locator('#verify').click();
    await page.locator('#done').waitFor();
    expect(await visit.inbox(number.e164)).toHaveLength(1);
    expect(visit.complaints.splice(0).join()).toContain('ERR_INTERNET_DISCONNECTED');
  });

  it('emits events, with the proof at the end', async () => {
    const { page } = await open();
    await page.evaluate(HEAR);
    const number = freshNumber();
    await visit.askFor(number.typed);
    const code = await visit.codeOnPhone();
    await visit.enterCode(wrongCode(code));
    await page.locator('#tries', { hasText: '4 ' }).waitFor();
    await visit.enterCode(code);
    await page.locator('#done').waitFor();
    const heard = await page.evaluate<Record<string, unknown>[]>('window.heard');
    expect(heard).toMatchObject([
      { type: 'proofline-step', step: 'code', phoneNumber: number.e164 },
      { type: 'proofline-error', kind: 'problem', code: 'code_invalid', attemptsRemaining: 4 },
      { type: 'proofline-step', step: 'done' },
      { type: 'proofline-verified', phoneNumber: number.e164, purpose: 'verification' },
    ]);
    expect(String(heard[3]!['proof']).split('.')).toHaveLength(3);
    expect(JSON.stringify(heard.slice(0, 3))).not.toContain('proof":');
  });

  it('sends its purpose and language', async () => {
    const { page } = await open();
    const bodies: unknown[] = [];
    page.on('request', (request) => {
      if (request.url().endsWith('/request-otp')) bodies.push(request.postDataJSON());
    });
    const fixed = { purpose: 'login', reference: 'cart-7', locale: 'sv-SE' };
    await remount({ ...fixed, channels: 'whatsapp nonsense sms', country: 'SE' });
    expect(await page.locator('.choice').allTextContents()).toEqual(['WhatsApp', 'Text message']);
    expect(await visit.text('#country-name')).toBe('Sweden');
    const number = freshNumber();
    await visit.askFor(number.e164);
    expect(bodies).toEqual([{ phoneNumber: number.e164, channel: 'whatsapp', ...fixed }]);
  });

  it('can be styled by variables and parts', async () => {
    const { page } = await open();
    await page.evaluate(`{
      const sheet = new CSSStyleSheet();
      sheet.replaceSync('proofline-verify { --proofline-accent: rgb(1, 2, 3) } proofline-verify::part(primary) { border-radius: 7px }');
      document.adoptedStyleSheets.push(sheet);
    }`);
    // The button's colour has a transition.
    const looks = `(async () => {
      const send = document.querySelector('proofline-verify').shadowRoot.getElementById('send');
      await Promise.all(send.getAnimations().map(({ finished }) => finished));
      const { backgroundColor, borderRadius } = getComputedStyle(send);
      return backgroundColor + ' ' + borderRadius;
    })()`;
    expect(await page.evaluate(looks)).toBe('rgb(1, 2, 3) 7px');
  });

  it('reads the text message where the browser supports it', async () => {
    await open(null);
    const { page } = visit;
    await page.addInitScript(WITH_WEB_OTP);
    await page.goto(service.url);
    await visit.askFor(freshNumber().typed);
    const code = await visit.codeOnPhone();
    await page.evaluate(`window.receive('${code}')`);
    await page.locator('#done').waitFor();
    await page.locator('#again').click();
    await visit.askFor(freshNumber().typed);
    await page.locator('#change').click();
    const asked = 'window.asked.map(({ otp, signal }) => [otp.transport[0], signal.aborted])';
    expect(await page.evaluate(asked)).toEqual([
      ['sms', true],
      ['sms', true],
    ]);
    await page.locator('#number').fill('');
    await visit.askFor(freshNumber().typed, 'voice');
    expect(await page.evaluate('window.asked.length')).toBe(2);
  });

  describe.each(VIEWS)('in a %s scheme, in a %s window', (colorScheme, size) => {
    const view = { colorScheme, viewport: WINDOWS[size] };
    const named = (state: string) => `element-${state}-${size}-${colorScheme}`;

    it('offers a new code after expiry', async () => {
      const { page } = await open('/', view);
      await expireSoon();
      await visit.askFor(freshNumber().typed);
      const code = await visit.codeOnPhone();
      await page.locator('#code-error', { hasText: 'has expired' }).waitFor();
      expect(await visit.focused()).toBe('resend');
      expect(await page.locator('#code').isDisabled()).toBe(true);
      await isSound(named('expired'));
      await page.unroute('**/request-otp');
      await page.locator('#resend').click();
      await page.locator('.message:nth-child(2)').waitFor();
      expect(await page.locator('#code').isDisabled()).toBe(false);
      const next = await visit.codeOnPhone(2);
      await visit.enterCode(next === code ? code : next);
      await page.locator('#done').waitFor();
    });

    it('offers a new code after the last attempt', async () => {
      const { page } = await open('/', view);
      await visit.askFor(freshNumber().typed);
      const code = await visit.codeOnPhone();
      for (const left of [4, 3, 2, 1]) {
        await visit.enterCode(wrongCode(code));
        await page.locator('#tries', { hasText: `${left} ` }).waitFor();
      }
      await visit.enterCode(wrongCode(code));
      await page.locator('#code-error', { hasText: 'last try' }).waitFor();
      await isSound(named('exhausted'));
      const answered = page.waitForResponse('**/request-otp');
      await page.locator('#resend:not([aria-disabled])').press('Enter');
      expect((await answered).status()).toBe(200);
      await page.locator('#tries', { hasText: '5 tries left' }).waitFor();
      await visit.enterCode(await visit.codeOnPhone(2));
      await page.locator('#done').waitFor();
    });

    it.each(LANGUAGES[size])('%s is accessible and fits', async (lang) => {
      const { page } = await open('/', view);
      await remount({ lang });
      const screen = page.locator('.screen');
      expect(await screen.getAttribute('dir')).toBe(lang === 'ar' ? 'rtl' : 'ltr');
      await page.locator('#send').click();
      await page.locator('#number-error:not(:empty)').waitFor();
      await isSound(named(`number-${lang}`));
      await visit.askFor(freshNumber().e164);
      const code = await visit.codeOnPhone();
      await visit.enterCode(wrongCode(code));
      await page.locator('#code-error', { hasText: '4' }).waitFor();
      await isSound(named(`code-${lang}`));
      await visit.enterCode(code);
      await page.locator('#done').waitFor();
      await isSound(named(`done-${lang}`));
    });
  });
});
