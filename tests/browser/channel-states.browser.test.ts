import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { describeInChromium, launchChromium, screenshotDirectory } from './support/chromium.js';
import { startService, type ServiceProcess } from './support/service-process.js';
import {
  expectSound,
  freshNumber,
  VIEWS,
  Visit,
  WINDOWS,
  type VisitOptions,
} from './support/visit.js';

const AN_HOUR_AGO = () => new Date(Date.now() - 3_600_000).toISOString();

describeInChromium('appearance of the channels', () => {
  let service: ServiceProcess;
  let browser: Browser;
  let screenshots: string;
  let visit: Visit;

  const open = async (path: string | null, options: Partial<VisitOptions> = {}): Promise<Visit> => {
    visit = await Visit.start(browser, service.url, path, { screenshots, ...options });
    return visit;
  };

  const send = async (phoneNumber: string, channel: string): Promise<void> => {
    const answer = await fetch(`${service.url}/request-otp`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ phoneNumber, channel }),
    });
    expect(answer.status).toBe(200);
  };

  const showMessages = async (...messages: Record<string, unknown>[]): Promise<void> => {
    await open(null);
    const common = { to: freshNumber().e164, receivedAt: new Date().toISOString() };
    const json = messages.map((message, index) => ({ id: String(index), ...common, ...message }));
    await visit.page.route('**/simulator/inbox', (route) => route.fulfill({ json }));
    await visit.page.goto(`${service.url}/simulator`);
    await visit.page.locator('.message').first().waitFor();
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

    it.each(['voice', 'flashcall', 'whatsapp', 'seamless'])(
      '%s is accessible and fits, waiting and refused',
      async (channel) => {
        const { page } = await open('/', view);
        await visit.choose(channel);
        await isSound(`channel-${channel}-number`);
        await visit.askFor(freshNumber().typed, channel);
        await page.locator('.message').waitFor();
        await isSound(`channel-${channel}`);
        if (channel === 'voice') await page.getByRole('button', { name: 'Answer' }).click();
        if (channel === 'seamless') await page.locator('#verify').click();
        else await visit.enterCode(channel === 'flashcall' ? '+447700900123' : '0000000000');
        await page.locator('#code-error:not(:empty)').waitFor();
        await isSound(`channel-${channel}-refused`);
      },
    );

    it('the simulated phones of all channels are accessible and fit', async () => {
      const { page } = await open('/simulator', view);
      const channels = ['sms', 'voice', 'flashcall', 'whatsapp', 'seamless'];
      for (const channel of channels) await send(freshNumber().e164, channel);
      await page.locator('.message.is-text').first().waitFor();
      await page.locator('.message.is-data').first().waitFor();
      await isSound('channel-phones');
    });
  });

  it('shows a new message without scrolling in a narrow window', async () => {
    await open('/', { viewport: WINDOWS.phone });
    const hidden: string[] = [];
    for (const channel of ['sms', 'voice', 'flashcall', 'whatsapp', 'seamless']) {
      // A reload would resume the previous verification.
      await visit.page.evaluate('sessionStorage.clear()');
      await visit.page.goto(service.url);
      await visit.askFor(freshNumber().typed, channel);
      const head = visit.page.locator('.message-head');
      await head.waitFor();
      const { y, height } = (await head.boundingBox())!;
      if (y + height > WINDOWS.phone.height) hidden.push(channel);
    }
    expect(hidden).toEqual([]);
  });

  it.each([
    ['no-preference', 'ring, pulse'],
    ['reduce', 'none'],
  ] as const)('with the motion preference %s a ringing phone moves: %s', async (motion, name) => {
    const { page } = await open('/', { reducedMotion: motion });
    await visit.askFor(freshNumber().typed, 'voice');
    await page.locator('.is-ringing').waitFor();
    const animation = `getComputedStyle(document.querySelector('.is-ringing .card-icon')).animationName`;
    expect(await page.evaluate(animation)).toBe(name);
  });

  it('announces messages, but of a call only that it rings', async () => {
    const { page } = await open('/simulator');
    await page.locator('#live[data-state="live"]').waitFor();
    for (const [channel, words] of [
      ['voice', 'Incoming call for'],
      ['flashcall', 'Missed call for'],
      ['seamless', 'Data request for'],
      ['whatsapp', 'New message for'],
    ] as const) {
      const number = freshNumber();
      await send(number.e164, channel);
      const status = page.locator('#status', { hasText: words });
      await status.waitFor();
      const said = await visit.text('#status');
      expect(said).toContain(`${words} ${number.shown}`);
      if (channel === 'voice') expect(said).toBe(`Incoming call for ${number.shown}.`);
    }
  });

  it('does not ring for a call from an hour ago', async () => {
    const call = { channel: 'voice', text: 'Your code is 1 2 3 4.', code: '1234' };
    await showMessages({ ...call, receivedAt: AN_HOUR_AGO() }, { ...call });
    expect(await visit.page.locator('.answer').count()).toBe(1);
    expect(await visit.page.locator('.message strong').allTextContents()).toEqual(['1 2 3 4']);
  });

  it('links only web addresses', async () => {
    const addresses = ['javascript:alert(1)', 'data:text/html,1', 'https://127.0.0.1/x?a=<b>'];
    await showMessages(...addresses.map((text) => ({ channel: 'seamless', text, code: null })));
    const shown = await visit.page.locator('.address').allTextContents();
    expect(shown.sort()).toEqual([...addresses].sort());
    const links = visit.page.locator('.message a');
    expect(await links.count()).toBe(1);
    expect(await links.getAttribute('href')).toBe(addresses[2]);
    expect(await links.getAttribute('rel')).toBe('noopener noreferrer');
  });

  it.each([
    ['local-code', [], 'sms'],
    ['infobip-2fa', ['Text message', 'Voice call'], 'voice'],
  ])(
    'with %s alone, offers only its channels',
    async (provider, choices, channel) => {
      const other = await startService({
        VERIFICATION_PROVIDERS: provider,
        LIMIT_RESEND_COOLDOWN_SECONDS: '0',
      });
      try {
        visit = await Visit.start(browser, other.url, '/', { screenshots });
        const { page } = visit;
        await page.locator('#country option').first().waitFor({ state: 'attached' });
        expect(await page.locator('.choice').allTextContents()).toEqual(choices);
        expect(await page.locator('#channel-field').isVisible()).toBe(choices.length > 0);
        await visit.askFor(freshNumber().typed);
        await page.locator('.message').waitFor();
        // An empty list is not visible, but a screen reader would name it.
        const others = page.locator('#resend-others');
        expect(await others.getAttribute('hidden')).toBe(choices.length > 0 ? null : '');
        if (channel === 'voice') {
          await page.locator('#resend-others [data-channel="voice"]').click();
          await page.getByRole('button', { name: 'Answer' }).click();
        }
        const spoken = await visit.text('.message:first-child strong');
        await visit.enterCode(spoken.replaceAll(' ', ''));
        await page.locator('#done').waitFor();
      } finally {
        // The page polls every second and would report that the service is gone.
        await visit.page.close();
        await other.stop();
      }
    },
    120_000,
  );
});
