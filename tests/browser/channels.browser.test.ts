import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { describeInChromium, launchChromium, screenshotDirectory } from './support/chromium.js';
import { startService, type ServiceProcess } from './support/service-process.js';
import { freshNumber, Visit, wrongCode, type VisitOptions } from './support/visit.js';

describeInChromium('the channels of the demo page', () => {
  let service: ServiceProcess;
  let browser: Browser;
  let screenshots: string;
  let visit: Visit;

  const open = async (options: Partial<VisitOptions> = {}): Promise<Visit> => {
    visit = await Visit.start(browser, service.url, '/', { screenshots, ...options });
    return visit;
  };

  const isVerifiedBy = async (channel: string): Promise<void> => {
    await visit.page.locator('#done').waitFor();
    const id = await visit.text('#done-id');
    const answer = await fetch(`${service.url}/verifications/${id}`);
    expect(await answer.json()).toMatchObject({ status: 'verified', channel });
  };

  const messageOf = async (number: { e164: string }) => {
    await visit.page.locator('.message').first().waitFor();
    return (await visit.inbox(number.e164))[0]!;
  };

  const notePosts = (): [string, unknown][] => {
    const posts: [string, unknown][] = [];
    visit.page.on('request', (request) => {
      if (request.method() !== 'POST') return;
      posts.push([new URL(request.url()).pathname, request.postDataJSON()]);
    });
    return posts;
  };

  beforeAll(async () => {
    screenshots = await screenshotDirectory();
    service = await startService({ LIMIT_RESEND_COOLDOWN_SECONDS: '1', ROUTE_SE: 'local-code' });
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

  it('are all offered, with SMS selected', async () => {
    const { page } = await open();
    const posts = notePosts();
    expect(await page.locator('.choice').allTextContents()).toEqual([
      'Text message',
      'Voice call',
      'Missed call',
      'WhatsApp',
      'Mobile data',
    ]);
    expect(await page.locator('.choice input:checked').getAttribute('value')).toBe('sms');
    const number = freshNumber();
    await visit.askFor(number.typed);
    expect(posts).toEqual([
      ['/request-otp', { phoneNumber: number.e164, channel: 'sms', locale: 'en' }],
    ]);
    await visit.enterCode(await visit.codeOnPhone());
    await isVerifiedBy('sms');
  });

  it('voice: rings, and shows the code once the call is answered', async () => {
    const { page } = await open();
    const number = freshNumber();
    await visit.askFor(number.typed, 'voice');
    expect(await visit.text('#code-how')).toMatch(/^We are calling you with the code\./);
    await page.getByRole('log').getByText('Incoming call').waitFor();
    const { channel, code, text } = await messageOf(number);
    expect(channel).toBe('voice');
    const digits = code.split('').join(' ');
    expect(await visit.text('.message')).not.toMatch(new RegExp(`${code}|${digits}`));
    await page.getByRole('button', { name: 'Answer' }).press('Enter');
    expect(await visit.text('.message .message-text')).toBe(text);
    expect(await visit.text('.message strong')).toBe(digits);
    expect(await page.locator('.is-ringing').count()).toBe(0);
    expect(await page.locator('.copy:focus').textContent()).toBe(`Copy ${code}`);
    await visit.enterCode(code);
    await isVerifiedBy('voice');
  });

  it("flashcall: accepts the caller's number in any form", async () => {
    const { page } = await open();
    const number = freshNumber();
    await visit.askFor(number.typed, 'flashcall');
    expect(await visit.text('#code-title')).toBe('Who called?');
    expect(await visit.text('#code-how')).toContain('the code is the number of the caller');
    const keyboard = ['inputmode', 'autocomplete'].map((name) =>
      page.locator('#code').getAttribute(name),
    );
    expect(await Promise.all(keyboard)).toEqual(['tel', 'off']);
    const { code } = await messageOf(number);
    expect(await visit.text('.is-missed .message-title')).toBe('Missed call');
    const told = / It contains (\d{3,})\.$/.exec(await visit.text('#code-how'))?.[1];
    expect(code).toContain(told);

    await visit.enterCode('no number');
    expect(await visit.text('#code-error')).toBe(
      'Type the whole number, with + and the country code.',
    );
    await visit.enterCode('+44 7700 900123');
    await page.locator('#code-error', { hasText: 'not the number that called. 4 tries' }).waitFor();
    await page.getByRole('button', { name: 'Copy the number' }).click();
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(code);
    await visit.enterCode(`00${code.slice(1, 3)} ${code.slice(3, 7)}-${code.slice(7)}`);
    await isVerifiedBy('flashcall');
  });

  it('whatsapp: shows the code in a chat', async () => {
    await open();
    const number = freshNumber();
    await visit.askFor(number.typed, 'whatsapp');
    expect(await visit.text('.sent-to')).toContain(`Sent in WhatsApp to ${number.shown}`);
    const { code, text } = await messageOf(number);
    expect(await visit.text('.is-chat .bubble .message-text')).toBe(text);
    await visit.enterCode(code);
    await isVerifiedBy('whatsapp');
  });

  it('seamless: verifies by an opened address, without a code', async () => {
    const { page } = await open();
    const number = freshNumber();
    await visit.askFor(number.typed, 'seamless');
    expect(await page.locator('#code').isVisible()).toBe(false);
    expect(await visit.focused()).toBe('code-title');
    await messageOf(number);
    await page.locator('#verify').click();
    await page.locator('#code-error', { hasText: 'has not opened the address yet. 4' }).waitFor();
    expect(await visit.focused()).toBe('verify');

    const opened = page.context().waitForEvent('page');
    await page.getByRole('link', { name: 'Open over mobile data' }).click();
    const device = await opened;
    expect(await device.textContent('body')).toBe('Verified.');
    expect(new URL(device.url()).origin).not.toBe(service.url);
    await device.close();
    await page.getByRole('log').getByText('Opened. Continue').waitFor();
    await page.locator('#verify').press('Enter');
    await isVerifiedBy('seamless');
  });

  it('seamless: shows the link on the page without a simulated phone', async () => {
    const { page } = await open();
    expect(await page.locator('#open-address').isVisible()).toBe(false);
    await page.route('**/simulator/inbox*', (route) =>
      route.fulfill({ status: 404, json: { code: 'not_found' } }),
    );
    await visit.askFor(freshNumber().typed, 'seamless');
    await page.locator('#open-address').waitFor();
    expect(await page.locator('#open-address').getAttribute('href')).toMatch(/^http:\/\/127/);
    expect(visit.complaints.splice(0).join()).toContain('status of 404');
  });

  it('keep the verification and its attempts when switching to a call', async () => {
    const { page } = await open();
    const number = freshNumber();
    const posts = notePosts();
    await visit.askFor(number.typed);
    await visit.enterCode(wrongCode(await visit.codeOnPhone()));
    await page.locator('#tries', { hasText: '4 tries left' }).waitFor();
    const instead = page.locator('#resend-others [data-channel="voice"]');
    expect(await instead.textContent()).toBe('Call me instead');
    await page.locator('#resend:not([aria-disabled])').waitFor();
    await instead.click();
    await page.locator('#code-notice', { hasText: 'calling you with a new code' }).waitFor();
    expect(await visit.focused()).toBe('code');
    expect(await visit.text('#tries')).toBe('4 tries left');
    expect(await page.locator('.pip').count()).toBe(5);
    expect(await visit.text('#resend')).toMatch(/^Call me again/);
    expect(await page.locator('#resend-others button').allTextContents()).toContain(
      'Text me instead',
    );
    await page.getByRole('button', { name: 'Answer' }).click();
    await visit.enterCode((await messageOf(number)).code);
    await isVerifiedBy('voice');
    const id = await visit.text('#done-id');
    expect(posts.map(([path]) => path)).toEqual([
      ...['/request-otp', '/verify-otp', `/verifications/${id}/resend`, '/verify-otp'],
    ]);
    expect(posts[2]?.[1]).toEqual({ channel: 'voice', locale: 'en' });
  });

  it('wait for the cool-down after a switch, and retry a lost response with the same key', async () => {
    const { page } = await open();
    const number = freshNumber();
    await visit.askFor(number.typed);
    const instead = page.locator('#resend-others [data-channel="whatsapp"]');
    expect(await instead.getAttribute('aria-disabled')).toBe('true');
    await instead.click({ force: true });
    await page.locator('#status', { hasText: 'You can ask again in 1 second.' }).waitFor();

    const keys: (string | undefined)[] = [];
    await page.route('**/resend', (route) => {
      keys.push(route.request().headers()['idempotency-key']);
      return keys.length === 1 ? route.abort() : route.continue();
    });
    await page.locator('#resend:not([aria-disabled])').waitFor();
    await instead.click();
    await page.locator('#code-error', { hasText: 'No answer from the service' }).waitFor();
    expect(await visit.text('#code-title')).toBe('Enter the code');
    await instead.click();
    await page.locator('.is-chat').waitFor();
    expect(keys).toEqual([expect.stringMatching(/^[0-9a-f]{32}$/), keys[0]]);
    expect(await visit.inbox(number.e164)).toHaveLength(2);
    expect(visit.complaints.splice(0)).toEqual(['Failed to load resource: net::ERR_FAILED']);
  });

  it('start a new verification when switching after the last attempt', async () => {
    const { page } = await open();
    const number = freshNumber();
    const posts = notePosts();
    await visit.askFor(number.typed, 'flashcall');
    for (const left of [4, 3, 2, 1, 0]) {
      await visit.enterCode('+447700900123');
      if (left > 0) await page.locator('#tries', { hasText: `${left} ` }).waitFor();
    }
    await page.locator('#code-error', { hasText: 'last try. Ask for a new call.' }).waitFor();
    expect(await visit.focused()).toBe('resend');
    await page.locator('#resend:not([aria-disabled])').waitFor();
    await page.locator('#resend-others [data-channel="sms"]').click();
    await page.locator('#code-notice', { hasText: 'A new code is on its way' }).waitFor();
    expect(posts.at(-1)).toEqual([
      '/request-otp',
      { phoneNumber: number.e164, channel: 'sms', locale: 'en' },
    ]);
    expect(await visit.text('#tries')).toBe('5 tries left');
    await visit.enterCode((await messageOf(number)).code);
    await isVerifiedBy('sms');
  });

  it('report a channel that does not reach the country, and offer another', async () => {
    const { page } = await open();
    await page.locator('#other-ways').click();
    await page.locator('#channel-voice').check();
    await page.locator('#number').fill('+46 70 123 45 67');
    await page.keyboard.press('Enter');
    await page.locator('#number-error', { hasText: 'cannot be reached that way' }).waitFor();
    expect(await visit.focused()).toBe('channel-voice');
    await page.locator('#channel-sms').check();
    expect(await visit.text('#number-error')).toBe('');
    await page.locator('#send').click();
    await visit.enterCode(await visit.codeOnPhone());
    await isVerifiedBy('sms');
  });

  it('can be selected with the keyboard', async () => {
    const { page } = await open();
    await page.locator('#sample').focus();
    await page.keyboard.press('Tab');
    expect(await visit.focused()).toBe('other-ways');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    expect(await visit.focused()).toBe('channel-sms');
    await page.keyboard.press('ArrowRight');
    expect(await visit.focused()).toBe('channel-voice');
    expect(await visit.text('#channel-promise')).toBe('We call you and read the code out.');
    expect(await visit.text('#send')).toBe('Call me');
    await page.locator('#number').pressSequentially(freshNumber().typed);
    for (let presses = 0; presses < 3; presses += 1) await page.keyboard.press('Tab');
    expect(await visit.focused()).toBe('channel-voice');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Answer' }).waitFor();
  });
});
