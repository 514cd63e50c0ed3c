import { expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { describeInChromium } from './support/chromium.js';
import { holdAnswer, recordSends, sentAnswer, useElement } from './support/element-page.js';

const DATE = { Date: new Date().toUTCString() };

describeInChromium('the code step of <proofline-verify>', () => {
  const { site, browser } = useElement();
  let page: Page;

  const open = async (facts: object = {}): Promise<void> => {
    page = await browser.newPage();
    await recordSends(page, facts);
    await page.goto(`${site.url}/?country=US&channels=sms voice`);
    await page.locator('#number').fill('4155552671');
    await page.keyboard.press('Enter');
    await page.locator('#code-form').waitFor();
  };

  const pips = async () => [
    await page.locator('.pip').count(),
    await page.locator('.pip.is-left').count(),
  ];

  it('shows used attempts after a resend, during which no other channel can be asked', async () => {
    await open({ resendAt: new Date(0).toISOString() });
    await page.route('**/verify-otp', (route) =>
      route.fulfill({ status: 401, json: { code: 'code_invalid', attemptsRemaining: 4 } }),
    );
    await page.locator('#code').fill('1234');
    await page.keyboard.press('Enter');
    await page.locator('#tries', { hasText: '4 tries left' }).waitFor();
    expect(await pips()).toEqual([5, 4]);
    const json = sentAnswer('+14155552671', { attemptsRemaining: 4 });
    const release = await holdAnswer(page, '/resend', { json });
    await page.locator('#resend').click();
    await page.locator('#resend[aria-disabled]', { hasText: 'Sending…' }).waitFor();
    expect(await page.locator('[data-channel="voice"][aria-disabled="true"]').count()).toBe(1);
    release();
    await page.locator('#code-notice', { hasText: 'A new code is on its way.' }).waitFor();
    expect(await pips()).toEqual([5, 4]);
  });

  it('says that it checks a code, and draws the tries left for the eye only', async () => {
    await open();
    const json = { code: 'code_invalid', attemptsRemaining: 4 };
    const release = await holdAnswer(page, '/verify-otp', { status: 401, json });
    await page.locator('#code').fill('1234');
    await page.keyboard.press('Enter');
    await page.locator('#verify[aria-disabled]', { hasText: 'Checking…' }).waitFor();
    release();
    await page.locator('#verify:not([aria-disabled])', { hasText: 'Verify' }).waitFor();
    expect(await page.locator('.pips').getAttribute('aria-hidden')).toBe('true');
    // Digits are read from the left in every script.
    expect(await page.locator('#code').getAttribute('dir')).toBe('ltr');
  });

  it('says one thing at a time: a problem replaces the notice and its announcement', async () => {
    await open({ resendAt: new Date(0).toISOString() });
    await page.route('**/resend', (route) =>
      route.fulfill({ json: sentAnswer('+14155552671', { attemptsRemaining: 1 }) }),
    );
    await page.route('**/verify-otp', (route) =>
      route.fulfill({ status: 401, json: { code: 'code_invalid', attemptsRemaining: 0 } }),
    );
    await page.locator('#resend').click();
    await page.locator('#status', { hasText: 'A new code is on its way.' }).waitFor();
    expect(await page.locator('#code-notice').isVisible()).toBe(true);
    await page.locator('#code').fill('1234');
    await page.keyboard.press('Enter');
    await page.locator('#code-error', { hasText: 'That was the last try.' }).waitFor();
    expect(await page.locator('#code-form').innerText()).not.toContain('A new code is on its way');
    expect(await page.locator('#status').textContent()).toBe('');
  });

  it('shows the steps in the text colour of the page, because they stand on its background', async () => {
    await open();
    await page.addStyleTag({ content: 'body { background: #111; color: #eee }' });
    const colours = await page.evaluate(`(() => {
      const { shadowRoot } = document.querySelector('proofline-verify');
      const found = [...shadowRoot.querySelectorAll('.steps li, #code-form')];
      return found.map((one) => getComputedStyle(one).color);
    })()`);
    const white = 'rgb(238, 238, 238)';
    expect(colours).toEqual([white, white, white, 'rgb(20, 32, 27)']);
  });

  it('shows a problem at its field and describes the field by it', async () => {
    await open();
    await page.keyboard.press('Enter');
    await page.locator('#code + #code-alert', { hasText: 'Type the code first.' }).waitFor();
    const describedBy = () => page.locator('#code').getAttribute('aria-describedby');
    expect(await describedBy()).toBe('code-error code-how tries');
    await page.locator('#code').fill('1');
    expect(await describedBy()).toBe('code-how tries');
    expect(await page.locator('#code-alert').isVisible()).toBe(false);
  });

  it('counts down without a word to a screen reader: names, descriptions and live regions stay', async () => {
    page = await browser.newPage();
    await page.clock.install({ time: new Date(DATE.Date) });
    await page.route('**/request-otp', (route) =>
      route.fulfill({ json: sentAnswer('+14155552671'), headers: DATE }),
    );
    await page.route('**/verify-otp', (route) =>
      route.fulfill({ status: 429, json: { code: 'rate_limited', retryAfter: 20 }, headers: DATE }),
    );
    await page.goto(`${site.url}/?country=US`);
    await page.locator('#number').fill('4155552671');
    await page.keyboard.press('Enter');
    await page.locator('#code').waitFor();
    await page.clock.pauseAt((await page.evaluate(() => Date.now())) + 1_000);
    await page.locator('#code').fill('1234');
    await page.keyboard.press('Enter');
    await page.locator('#code-error', { hasText: 'Too many requests.' }).waitFor();
    await page.locator('#resend').focus();
    const devtools = await page.context().newCDPSession(page);
    const spoken = async () => {
      const { nodes } = await devtools.send('Accessibility.getFullAXTree');
      const heard = nodes.filter(({ role }) =>
        /^(button|textbox|alert|status)$/.test(String(role?.value)),
      );
      const texts = heard.map(({ role, name, description, childIds = [] }) => {
        const lines = nodes.filter(({ nodeId }) => childIds.includes(nodeId));
        return [role, name, description, ...lines.map((line) => line.name)]
          .map((said) => String(said?.value ?? ''))
          .join('|');
      });
      return [...texts, await page.locator('#code-error').textContent()].join('\n');
    };
    const seen = new Set<string>();
    const shown = new Set<string>();
    for (let second = 0; second < 4; second += 1) {
      seen.add(await spoken());
      shown.add(await page.locator('#code-form').innerText());
      await page.clock.runFor(1_000);
    }
    expect(shown.size).toBe(4);
    expect([...seen]).toHaveLength(1);
    expect([...seen][0]).toContain('button|Send a new code|');
    expect([...seen][0]).toContain('Try again in 20 seconds.');
  });

  it('fits 320 pixels without sideways scrolling, and tells its steps apart in forced colours', async () => {
    page = await browser.newPage({ viewport: { width: 320, height: 640 }, forcedColors: 'active' });
    page.setDefaultTimeout(10_000);
    await recordSends(page, { channel: 'flashcall', cliFilter: '(.*)7009(.*)' });
    await page.goto(`${site.url}/?country=US&channels=sms voice flashcall whatsapp seamless`);
    const overflow: number[] = [];
    const look = async () => {
      for (const lang of ['de', 'fr', 'ar']) {
        await page.evaluate(`document.documentElement.lang = '${lang}'`);
        await page.locator(`.screen[lang="${lang}"]`).waitFor();
        overflow.push(await page.evaluate('document.documentElement.scrollWidth - innerWidth'));
      }
    };
    await look();
    const { y, height } = (await page.locator('#send').boundingBox())!;
    expect(y + height).toBeLessThan(640);
    await page.locator('#number').fill('4155552671');
    await page.keyboard.press('Enter');
    await page.locator('#code-form').waitFor();
    await page.keyboard.press('Enter');
    await look();
    expect(Math.max(...overflow)).toBe(0);
    const lines = `[...document.querySelector('proofline-verify').shadowRoot.querySelectorAll('.steps li')]
      .map((step) => getComputedStyle(step).borderTopStyle)`;
    expect(await page.evaluate(lines)).toEqual(['solid', 'double', 'dashed']);
  });

  it('opens once when the element moves in the page while it restores the verification', async () => {
    page = await browser.newPage();
    page.setDefaultTimeout(10_000);
    const body = { phoneNumber: '+14155552671' };
    const kept = JSON.stringify({ ...sentAnswer(body.phoneNumber), body });
    await page.addInitScript(`sessionStorage.setItem('proofline-verify  ', '${kept}');
      window.steps = [];
      addEventListener('proofline-step', ({ detail }) => steps.push(detail.step));`);
    const answers: (() => void)[] = [];
    const asked = new Promise<void>((resolve) => {
      void page.route('**/verifications/*', async (route) => {
        await new Promise<void>((answer) => {
          answers.push(answer);
          if (answers.length === 2) resolve();
        });
        await route.fulfill({ json: sentAnswer(body.phoneNumber) });
      });
    });
    await page.goto(`${site.url}/?country=US`);
    await page.evaluate(`document.body.append(document.querySelector('proofline-verify'))`);
    await asked;
    for (const answer of answers) answer();
    await page.locator('#code-form').waitFor();
    await page.waitForTimeout(200);
    expect(await page.evaluate('steps')).toEqual(['code']);
    // Only what the user does moves the focus.
    expect(await page.evaluate('document.activeElement.localName')).toBe('body');
  });

  it('leaves nothing in the tab once the number is verified', async () => {
    await open();
    expect(await page.evaluate('sessionStorage.length')).toBe(1);
    await page.route('**/verify-otp', (route) =>
      route.fulfill({ json: { ...sentAnswer('+14155552671'), status: 'verified' } }),
    );
    await page.locator('#code').fill('1234');
    await page.keyboard.press('Enter');
    await page.locator('#done').waitFor();
    expect(await page.evaluate('sessionStorage.length')).toBe(0);
  });

  it('announces the waiting time when a resend is asked too early, and asks nothing', async () => {
    page = await browser.newPage();
    const asked: string[] = [];
    await page.route(/request-otp|resend/, (route) => {
      asked.push(route.request().url());
      return route.fulfill({ json: sentAnswer('+14155552671'), headers: DATE });
    });
    await page.goto(`${site.url}/?country=US`);
    await page.locator('#number').fill('4155552671');
    await page.keyboard.press('Enter');
    await page.locator('#resend[aria-disabled]').click({ force: true });
    await page.locator('#status', { hasText: /You can ask again in \d+ seconds\./ }).waitFor();
    expect(asked).toHaveLength(1);
    // An empty text between makes screen readers speak the same words again.
    const again = `(({ shadowRoot }) => {
      shadowRoot.getElementById('resend').click();
      return shadowRoot.getElementById('status').textContent;
    })(document.querySelector('proofline-verify'))`;
    expect(await page.evaluate(again)).toBe('');
    await page.locator('#status', { hasText: 'You can ask again' }).waitFor();
  });

  it('waits as long as the service says when it refuses a resend', async () => {
    await open({ resendAt: new Date(0).toISOString() });
    expect(await page.locator('#code-notice').isVisible()).toBe(false);
    await page.route('**/resend', (route) =>
      route.fulfill({ status: 429, json: { code: 'cooldown', retryAfter: 20 }, headers: DATE }),
    );
    await page.locator('#resend').click();
    await page.locator('#resend[aria-disabled]', { hasText: /in 0:(1\d|20)/ }).waitFor();
  });

  it('asks the browser for no text message after the last attempt', async () => {
    page = await browser.newPage();
    page.setDefaultTimeout(10_000);
    await page.addInitScript(`window.OTPCredential = class {};
      Object.defineProperty(navigator, 'credentials', { value: { get: ({ signal }) => {
        window.signal = signal;
        return new Promise(() => undefined);
      } } })`);
    await recordSends(page);
    await page.route('**/verify-otp', (route) =>
      route.fulfill({ status: 401, json: { code: 'code_invalid', attemptsRemaining: 0 } }),
    );
    await page.goto(`${site.url}/?country=US`);
    await page.locator('#number').fill('4155552671');
    await page.keyboard.press('Enter');
    await page.locator('#code').fill('1234');
    expect(await page.evaluate('signal.aborted')).toBe(false);
    await page.keyboard.press('Enter');
    await page.locator('#code-error', { hasText: 'That was the last try.' }).waitFor();
    expect(await page.evaluate('signal.aborted')).toBe(true);
  });

  it.each([
    ['javascript:alert(1)', false],
    ['data:text/html,x', false],
    ['https://operator.example/x', true],
  ])('offers the address %s: %s', async (targetUri, isOffered) => {
    await open({ channel: 'seamless', targetUri });
    expect(await page.locator('#open-here').isVisible()).toBe(isOffered);
    const href = await page.locator('#open-address').getAttribute('href');
    expect(href).toBe(isOffered ? targetUri : null);
  });
});
