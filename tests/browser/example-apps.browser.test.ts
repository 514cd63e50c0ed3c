import { existsSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { atOnce } from './example/at-once.js';
import { Guest } from './example/guest.js';
import { refreshing, theWholeWay } from './example/journey.js';
import { howItLooks } from './example/looks.js';
import { onePlainFile } from './example/plain.js';
import { RunningExample, START_MS } from './example/running-example.js';
import { whenThingsGoWrong } from './example/unhappy.js';
import { describeInChromium, launchChromium, screenshotDirectory } from './support/chromium.js';
import type { VisitOptions } from './support/visit.js';

// Tests download nothing, so they need an example that was started before.
const isInstalled = existsSync('examples/nextjs/node_modules/.installed-from');
const describeExample = isInstalled ? describeInChromium : describe.skip;

// One process for all tests, because building the example is slow.
describeExample('npm run example', () => {
  let example: RunningExample;
  let browser: Browser;
  let screenshots: string;
  let guest: Guest | undefined;

  const arrive = async (options: Partial<VisitOptions> = {}): Promise<Guest> => {
    guest = await Guest.arrive(example, browser, { screenshots, ...options });
    return guest;
  };

  beforeAll(async () => {
    screenshots = await screenshotDirectory();
    example = await RunningExample.start();
    browser = await launchChromium();
  }, START_MS + 60_000);

  afterAll(async () => {
    await browser.close();
    expect(await example.stop()).toBe(0);
    for (const url of [example.nextjs, example.plain, example.service]) {
      await expect(fetch(url)).rejects.toThrow();
    }
  }, 60_000);

  afterEach(async () => {
    await guest?.visit.end();
    expect(guest?.visit.complaints ?? []).toEqual([]);
    guest = undefined;
  });

  describe('Harbour', () => {
    theWholeWay(arrive);
    refreshing(arrive);
  });
  describe('Harbour, at once:', () => atOnce(arrive));
  describe('Harbour, when things go wrong:', () => whenThingsGoWrong(arrive));
  describe('Harbour looks good:', () => howItLooks(arrive));
  describe('the plain page', () => onePlainFile(() => ({ example, browser, screenshots })));
});
