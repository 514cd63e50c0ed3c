import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { describeInChromium } from './support/chromium.js';
import { sentAnswer, useElement } from './support/element-page.js';

const PHONE = '+14155552671';

/** The device's clock is off by so many minutes; the test can set it again. */
const SET_CLOCK = (minutes: number) => `{
  const read = Date.now.bind(Date);
  window.minutesOff ??= 0;
  if (!window.isOff) Date.now = () => read() + window.minutesOff * 60000;
  window.isOff = true;
  window.minutesOff = ${minutes};
}`;

describeInChromium("<proofline-verify> and the device's clock", () => {
  const { site, browser } = useElement();
  let page: Page;
  let asked: string[];

  interface Service {
    showsDate?: boolean;
    facts?: object;
    status?: string;
    /** Before each answer but the first. */
    delayMs?: number;
  }

  /** A service that answers by this process's clock; a proxy may hide its Date header. */
  const open = async (minutesOff: number, service: Service = {}): Promise<void> => {
    const { showsDate = true, facts = {}, status = 'pending', delayMs = 0 } = service;
    page = await browser.newPage();
    await page.addInitScript(SET_CLOCK(minutesOff));
    asked = [];
    await page.route(/request-otp|verify-otp|verifications/, async (route) => {
      const path = new URL(route.request().url()).pathname;
      asked.push(path);
      if (status === 'lost' && path !== '/request-otp') return route.abort();
      const json = { ...sentAnswer(PHONE, path === '/request-otp' ? facts : {}), status };
      if (path !== '/request-otp') await sleep(delayMs);
      const headers = showsDate ? { Date: new Date().toUTCString() } : {};
      return route.fulfill({ json, headers });
    });
    await page.goto(`${site.url}/?country=US`);
    await page.locator('#number').fill('4155552671');
    await page.keyboard.press('Enter');
    await page.locator('#code-form').waitFor();
  };

  const soon = () => ({ expiresAt: new Date(Date.now() + 1_500).toISOString() });
  const says = async (id: string) => (await page.locator(`#${id}`).textContent()) ?? '';

  /** The field takes the code, and the service accepts it. */
  const verifies = async (): Promise<void> => {
    expect(await page.locator('#code').isDisabled()).toBe(false);
    await page.locator('#code').fill('4056');
    await page.keyboard.press('Enter');
    await page.locator('#done').waitFor();
  };

  it.each([10, -10])('verifies with a clock that is %d minutes off', async (minutes) => {
    await open(minutes);
    expect(await says('expiry')).toMatch(/^Expires in (4:5\d|5:00)$/);
    expect(await says('resend')).toMatch(/ in 0:(2\d|30)$/);
    await verifies();
  });

  it.each([10, -10])('verifies when the clock is set %d minutes off meanwhile', async (minutes) => {
    await open(0);
    await page.evaluate(SET_CLOCK(minutes));
    await page.waitForTimeout(1_500);
    expect(await says('expiry')).toMatch(/^Expires in (4:5\d|5:00)$/);
    expect(await says('resend')).toMatch(/ in 0:(2\d|30)$/);
    await verifies();
  });

  it.each([10, -10])(
    'counts nothing and waits for nothing without the Date header, %d minutes off',
    async (minutes) => {
      await open(minutes, { showsDate: false });
      expect(await says('expiry')).toBe('');
      expect(await says('resend')).toBe('Send a new code');
      await verifies();
    },
  );

  it('asks the service at the end of the countdown, and counts on if the code is still good', async () => {
    await open(0, { facts: soon() });
    await page.locator('#expiry', { hasText: /Expires in (4:5\d|5:00)/ }).waitFor();
    expect(asked).toEqual(['/request-otp', expect.stringContaining('/verifications/')]);
    await verifies();
  });

  it.each([
    ['expired', 'This code has expired.'],
    ['cancelled', 'This verification was cancelled.'],
    ['failed', 'The code could not be delivered.'],
    ['verified', 'This code has already been used.'],
  ])('asks the service at the end of the countdown: %s', async (status, text) => {
    await open(0, { facts: soon(), status });
    await page.locator('#code-error', { hasText: text }).waitFor();
    expect(await page.locator('#code').isDisabled()).toBe(true);
    expect(asked).toHaveLength(2);
  });

  it('drops the answer of a verification that was left', async () => {
    await open(0, { facts: soon(), status: 'expired', delayMs: 1_000 });
    await page.locator('#expiry', { hasText: 'Expired' }).waitFor();
    await page.locator('#change').click();
    await page.waitForTimeout(1_500);
    expect(await says('code-error')).toBe('');
  });

  it('drops the answer after the last attempt', async () => {
    await open(0, { facts: soon(), status: 'expired', delayMs: 1_000 });
    await page.route('**/verify-otp', (route) =>
      route.fulfill({ status: 401, json: { code: 'code_invalid', attemptsRemaining: 0 } }),
    );
    await page.locator('#code').fill('1234');
    await page.locator('#expiry', { hasText: 'Expired' }).waitFor();
    await page.keyboard.press('Enter');
    await page.locator('#code-error', { hasText: 'That was the last try.' }).waitFor();
    await page.waitForTimeout(1_500);
    expect(asked).toHaveLength(2);
    expect(await says('code-error')).toContain('That was the last try.');
  });

  it('keeps the field open at the end of the countdown without an answer', async () => {
    await open(0, { facts: soon(), status: 'lost' });
    await page.locator('#expiry', { hasText: 'Expired' }).waitFor();
    expect(await says('code-error')).toBe('');
    expect(await page.locator('#code').isDisabled()).toBe(false);
  });
});
