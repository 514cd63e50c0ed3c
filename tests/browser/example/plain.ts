import { expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { freshNumber, Visit, wrongCode } from '../support/visit.js';
import type { RunningExample } from './running-example.js';

interface Given {
  example: RunningExample;
  browser: Browser;
  screenshots: string;
}

export function onePlainFile(given: () => Given): void {
  it.each(['light', 'dark'] as const)(
    'verifies a number across origins, after a wrong code (%s)',
    async (colorScheme) => {
      const { example, browser, screenshots } = given();
      const { number, page, visit } = await open(given(), { colorScheme });
      await page.locator('#number').fill('12');
      await page.keyboard.press('Enter');
      await page.locator('#problem', { hasText: 'not a phone number' }).waitFor();
      await page.locator('#number').fill(number.shown);
      await page.getByRole('button', { name: 'Send the code' }).dblclick();
      await page.locator('#title', { hasText: 'Enter the code' }).waitFor();
      const [message, ...others] = await example.inbox(number.e164);
      expect(others).toEqual([]);
      await visit.enterCode(wrongCode(message!.code));
      await page.locator('#problem', { hasText: 'Tries left: 4.' }).waitFor();
      await page.screenshot({ path: `${screenshots}/plain-${colorScheme}.png` });
      expect(await visit.accessibilityFaults()).toEqual([]);
      await visit.enterCode(message!.code);
      await page.locator('#title', { hasText: 'Verified' }).waitFor();
      expect(await visit.accessibilityFaults()).toEqual([]);
      await visit.end();
      expect(faultsOf(visit, example)).toEqual([]);
      expect(browser.isConnected()).toBe(true);
    },
  );

  it('is blocked by the browser on an origin without CORS permission', async () => {
    const { example } = given();
    const { browser, screenshots } = given();
    const elsewhere = 'http://127.0.0.1:9';
    const visit = await Visit.start(browser, elsewhere, null, { screenshots });
    const { page } = visit;
    const number = freshNumber();
    await page.route(`${elsewhere}/**`, async (route) => {
      const path = new URL(route.request().url()).pathname;
      const answer = await fetch(example.plain + path);
      const contentType = answer.headers.get('content-type') ?? '';
      await route.fulfill({ contentType, body: await answer.text() });
    });
    await page.goto(`${elsewhere}/`);
    await page.locator('#number').fill(number.e164);
    await page.keyboard.press('Enter');
    await page.locator('#problem', { hasText: 'No answer' }).waitFor();
    expect(await example.inbox(number.e164)).toEqual([]);
    await visit.end();
  });
}

async function open(
  { example, browser, screenshots }: Given,
  options: { colorScheme?: 'light' | 'dark' },
) {
  const visit = await Visit.start(browser, example.plain, '/', { screenshots, ...options });
  return { visit, page: visit.page, number: freshNumber() };
}

/** All complaints, except for requests to the service. */
function faultsOf(visit: Visit, { service }: RunningExample): string[] {
  return visit.complaints.filter((one) => !one.startsWith(`asked for ${service}/`));
}
