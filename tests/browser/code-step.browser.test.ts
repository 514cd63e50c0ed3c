import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { describeInChromium, launchChromium } from './support/chromium.js';
import { recordSends, sentAnswer, serveElement, type ElementPage } from './support/element-page.js';

const DATE = { Date: new Date().toUTCString() };

describeInChromium('the code step of <proofline-verify>', () => {
  let site: ElementPage;
  let browser: Browser;
  let page: Page;

  const open = async (facts: object = {}): Promise<void> => {
    page = await browser.newPage();
    page.setDefaultTimeout(10_000);
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

  beforeAll(async () => {
    site = await serveElement();
    browser = await launchChromium();
  }, 60_000);

  afterAll(async () => {
    await browser.close();
    site.stop();
  });

  afterEach(() => page.close());

  it('shows used attempts after a resend, during which no other channel can be asked', async () => {
    await open({ resendAt: new Date(0).toISOString() });
    await page.route('**/verify-otp', (route) =>
      route.fulfill({ status: 401, json: { code: 'code_invalid', attemptsRemaining: 4 } }),
    );
    await page.locator('#code').fill('1234');
    await page.keyboard.press('Enter');
    await page.locator('#tries', { hasText: '4 tries left' }).waitFor();
    expect(await pips()).toEqual([5, 4]);
    let answer: (() => void) | undefined;
    const held = new Promise<void>((resolve) => {
      answer = resolve;
    });
    await page.route('**/resend', async (route) => {
      await held;
      await route.fulfill({ json: sentAnswer('+14155552671', { attemptsRemaining: 4 }) });
    });
    await page.locator('#resend').click();
    await page.locator('#resend[aria-disabled]', { hasText: 'Sending…' }).waitFor();
    expect(await page.locator('[data-channel="voice"][aria-disabled="true"]').count()).toBe(1);
    answer?.();
    await page.locator('#code-notice', { hasText: 'A new code is on its way.' }).waitFor();
    expect(await pips()).toEqual([5, 4]);
  });

  it('announces the waiting time when a resend is asked too early, and asks nothing', async () => {
    page = await browser.newPage();
    page.setDefaultTimeout(10_000);
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
