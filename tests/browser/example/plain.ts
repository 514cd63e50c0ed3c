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
  it('verifies a number across origins, after a wrong code', async () => {
    const { example, browser, screenshots } = given();
    const visit = await Visit.start(browser, example.plain, '/', { screenshots });
    const { page } = visit;
    const number = freshNumber();
    await page.locator('#number').fill('12');
    await page.keyboard.press('Enter');
    await page.locator('#number-fault', { hasText: 'not a phone number' }).waitFor();
    expect(await page.locator(':focus').getAttribute('aria-invalid')).toBe('true');
    await page.locator('#number').fill(number.shown);
    await page.getByRole('button', { name: 'Send the code' }).dblclick();
    await page.locator('#title', { hasText: 'Enter the code' }).waitFor();
    expect([await page.title(), await visit.focused()]).toEqual(['Enter the code', 'code']);
    const [message, ...others] = await example.inbox(number.e164);
    expect(others).toEqual([]);
    await visit.enterCode(wrongCode(message!.code));
    await page.locator('#code-fault', { hasText: 'Tries left: 4.' }).waitFor();
    expect(await page.locator('#lede').textContent()).toBe(`Sent to ${number.e164}.`);
    await page.setViewportSize({ width: 320, height: 720 });
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      if (screenshots !== '')
        await page.screenshot({ path: `${screenshots}/plain-${colorScheme}.png` });
      expect(await visit.accessibilityFaults()).toEqual([]);
    }
    expect(await visit.overflow()).toBe(0);
    await page.getByRole('button', { name: 'Send a new code' }).click();
    await page.locator('#lede', { hasText: 'A new code is on its way' }).waitFor();
    expect(await page.locator('#code-fault').textContent()).toBe('');
    const [newest] = await example.inbox(number.e164);
    await visit.enterCode(newest!.code);
    await page.locator('#title', { hasText: 'Verified' }).waitFor();
    expect([await page.title(), await visit.focused()]).toEqual(['Verified', 'title']);
    expect(await visit.accessibilityFaults()).toEqual([]);
    await visit.end();
    expect(faultsOf(visit, example)).toEqual([]);
    expect(browser.isConnected()).toBe(true);
  });

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
    await page.locator('#number-fault', { hasText: 'No answer' }).waitFor();
    expect(await example.inbox(number.e164)).toEqual([]);
    await visit.end();
  });
}

/** All complaints, except for requests to the service. */
function faultsOf(visit: Visit, { service }: RunningExample): string[] {
  return visit.complaints.filter((one) => !one.startsWith(`asked for ${service}/`));
}
