import { expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { describeInChromium } from './support/chromium.js';
import { holdAnswer, recordSends, sentAnswer, useElement } from './support/element-page.js';

/** All texts on the screen in the order of the page, hidden ones too. */
const TEXTS = `[...document.querySelector('proofline-verify').shadowRoot.querySelectorAll('*')]
  .filter((one) => one.id !== 'status' && one.localName !== 'option')
  .flatMap((one) => [one.getAttribute('aria-label') ?? '', ...[...one.childNodes]
    .filter(({ nodeType }) => nodeType === Node.TEXT_NODE).map((text) => text.textContent.trim())])
  .filter(Boolean).join('\\n')`;

describeInChromium('the language of <proofline-verify>', () => {
  const { site, browser } = useElement();
  let page: Page;
  let bodies: unknown[];
  let refusal: { status: number; json: object };

  const open = async (query: string, facts: object = {}): Promise<void> => {
    page = await browser.newPage({ locale: 'en-US' });
    bodies = await recordSends(page, facts);
    await page.route('**/verify-otp', (route) => route.fulfill(refusal));
    await page.goto(`${site.url}/?country=DE&${query}`);
    await page.locator('#number-form').waitFor();
  };

  const refuse = (status: number, code: string, facts: object = {}) => {
    refusal = { status, json: { code, title: code, ...facts } };
  };

  const speak = (lang: string, selector = 'proofline-verify') =>
    page.evaluate(`document.querySelector('${selector}').setAttribute('lang', '${lang}')`);

  const texts = () => page.evaluate<string>(TEXTS);

  const sendNumber = async () => {
    await page.locator('#number').fill('0151 23456783');
    await page.keyboard.press('Enter');
    await page.locator('#code-form').waitFor();
  };

  it('follows its attribute and keeps number, country, channel, error and focus', async () => {
    await open('lang=en&channels=sms voice');
    await page.locator('#other-ways').click();
    await page.locator('#channel-voice').check();
    await page.locator('#number').fill('015');
    await page.keyboard.press('Enter');
    await page.locator('#number-error', { hasText: 'This number is too short.' }).waitFor();
    await speak('de_AT');
    await page.locator('#number-error', { hasText: 'Diese Nummer ist zu kurz.' }).waitFor();
    expect(await page.locator('#number').inputValue()).toBe('015');
    expect(await page.locator('#country').inputValue()).toBe('DE');
    expect(await page.locator('#country-name').textContent()).toBe('Deutschland');
    expect(await page.locator('#channel-voice').isChecked()).toBe(true);
    expect(await page.evaluate('document.activeElement.shadowRoot.activeElement.id')).toBe(
      'number',
    );
    await sendNumber();
    const voice = { phoneNumber: '+4915123456783', channel: 'voice', locale: 'de-AT' };
    expect(bodies).toEqual([voice]);
  });

  it('says everything as a page that had the language from the start', async () => {
    const states = async (act: () => Promise<void>) => {
      const seen: string[] = [];
      const note = async () => {
        await act();
        seen.push(await texts());
      };
      await note();
      await sendNumber();
      await note();
      refuse(401, 'code_invalid', { attemptsRemaining: 4 });
      await page.locator('#code').fill('1234');
      await page.keyboard.press('Enter');
      await page.locator('#code-error:not(:empty)').waitFor();
      await note();
      refuse(410, 'code_expired');
      await page.keyboard.press('Enter');
      await page.locator('#code-form.is-over').waitFor();
      await note();
      return seen;
    };
    const query = 'channels=sms voice';
    // Without countdowns, whose seconds differ.
    await open(`${query}&lang=ar`, { resendAt: new Date(0).toISOString() });
    const expected = await states(() => Promise.resolve());
    await page.close();
    await open(`${query}&lang=en`, { resendAt: new Date(0).toISOString() });
    const followed = await states(async () => {
      await speak('en');
      await speak('ar');
    });
    expect(followed).toEqual(expected);
    expect(await page.locator('.screen').getAttribute('dir')).toBe('rtl');
    expect(await page.locator('#verify').isVisible()).toBe(false);
    expect(expected.join()).not.toMatch(/[a-z]{3} [a-z]{2,}/);
  });

  it('names the button in the language of then when a check ends', async () => {
    await open('lang=en');
    await sendNumber();
    const json = { code: 'code_invalid', attemptsRemaining: 4 };
    const release = await holdAnswer(page, '/verify-otp', { status: 401, json });
    await page.locator('#code').fill('1234');
    await page.keyboard.press('Enter');
    await page.locator('#verify[aria-disabled]').waitFor();
    await speak('de');
    await page.locator('#verify', { hasText: 'Wird geprüft' }).waitFor();
    release();
    await page.locator('#code-error', { hasText: 'Noch 4' }).waitFor();
    expect(await page.locator('#verify').textContent()).toBe('Bestätigen');
  });

  it('keeps the waiting time of an error', async () => {
    await open('lang=en');
    await sendNumber();
    refuse(429, 'rate_limited', { retryAfter: 60 });
    await page.locator('#code').fill('1234');
    await page.keyboard.press('Enter');
    await page.locator('#code-alert .ticking', { hasText: /Try again in (0:5\d|1:00)/ }).waitFor();
    await speak('de');
    await page.locator('#code-error', { hasText: 'Zu viele' }).waitFor();
    const waiting = await page.locator('#code-alert .ticking').textContent();
    expect(waiting).toMatch(/0:5\d/);
    expect(waiting).not.toContain('Try again');
  });

  it('keeps the typed code, the focus and the countdown, and is that of the next message', async () => {
    await open('lang=en&channels=sms voice');
    const headers = () => ({ Date: new Date().toUTCString() });
    await page.route('**/request-otp', (route) =>
      route.fulfill({ json: sentAnswer('+4915123456783'), headers: headers() }),
    );
    const resent: unknown[] = [];
    await page.route('**/resend', (route) => {
      resent.push(route.request().postDataJSON());
      const facts = { channel: 'voice', resendAt: new Date(0).toISOString() };
      return route.fulfill({ json: sentAnswer('+4915123456783', facts), headers: headers() });
    });
    await sendNumber();
    await page.locator('#code').pressSequentially('12');
    await speak('de-AT');
    await page.locator('#resend', { hasText: /^Neuen Code senden in 0:(2\d|30)$/ }).waitFor();
    expect(await page.locator('#expiry').textContent()).toMatch(/^Läuft in (4:5\d|5:00) ab$/);
    expect(await page.locator('#code').inputValue()).toBe('12');
    expect(await page.locator('#status').textContent()).toBe('');
    expect(await page.evaluate('document.activeElement.shadowRoot.activeElement.id')).toBe('code');

    await page.clock.install();
    await page.clock.fastForward(31_000);
    await page.locator('[data-channel="voice"]:not([aria-disabled])').click();
    await page
      .locator('#code-notice', { hasText: 'Wir rufen Sie mit einem neuen Code an' })
      .waitFor();
    expect(resent).toEqual([{ channel: 'voice', locale: 'de-AT' }]);
    await speak('sv');
    await page.locator('#code-notice', { hasText: 'Vi ringer dig med en ny kod' }).waitFor();
    refusal = { status: 200, json: { phoneNumber: '+4915123456783' } };
    await page.locator('#code').fill('1234');
    await page.keyboard.press('Enter');
    await page.locator('#done-title', { hasText: 'Numret är bekräftat' }).waitFor();
    await speak('ar');
    await page.locator('#done-title', { hasText: 'تم التحقق من الرقم' }).waitFor();
  });

  it.each([
    ['of the page, with its region', 'de_AT', 'de', 'de-AT'],
    ['of a fallback language', 'nb-NO', 'sv', 'sv'],
    ['English, without texts or fallback', 'pt-BR', 'en', 'en'],
    ['of the browser, if the page has none', '', 'en', 'en-US'],
  ])('is that of the message: %s', async (_, pageLang, shown, sent) => {
    await open(`page-lang=${pageLang}&locale=english please`);
    expect(await page.locator('.screen').getAttribute('lang')).toBe(shown);
    await sendNumber();
    expect(bodies).toEqual([{ phoneNumber: '+4915123456783', locale: sent }]);
  });

  it('follows the page around it, also out of the shadow tree of a component', async () => {
    await open('page-lang=sv');
    await page.evaluate(`{
      const component = document.body.appendChild(document.createElement('div'));
      component.attachShadow({ mode: 'open' }).append(document.querySelector('proofline-verify'));
    }`);
    await page.locator('.screen[lang="sv"]').waitFor();
    await speak('fr', 'html');
    await page.locator('.screen[lang="fr"]').waitFor();
  });

  it('stays as it was once the element is removed', async () => {
    await open('page-lang=de');
    const language = await page.evaluate<string>(`(async () => {
      const element = document.querySelector('proofline-verify');
      element.remove();
      document.documentElement.lang = 'fr';
      await new Promise((resolve) => setTimeout(resolve));
      return element.shadowRoot.querySelector('.screen').lang;
    })()`);
    expect(language).toBe('de');
  });
});
