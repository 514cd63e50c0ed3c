import { existsSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { atOnce } from './example/at-once.js';
import { whileAway } from './example/away.js';
import { Gateway } from './example/gateway.js';
import { Guest } from './example/guest.js';
import { startHarbour, type HarbourProcess } from './example/harbour-process.js';
import { theWholeWay } from './example/journey.js';
import { howItLooks } from './example/looks.js';
import { withoutScripts } from './example/no-scripts.js';
import { onePlainFile } from './example/plain.js';
import { RunningExample, START_MS } from './example/running-example.js';
import { sessions } from './example/sessions.js';
import { whenThingsGoWrong } from './example/unhappy.js';
import { describeInChromium, launchChromium, screenshotDirectory } from './support/chromium.js';
import type { VisitOptions } from './support/visit.js';

// Tests download nothing, so they need an example that was started before.
const isInstalled = existsSync('examples/nextjs/node_modules/.installed-from');
const describeExample = isInstalled ? describeInChromium : describe.skip;

// One process for all tests, because building the example is slow.
describeExample('npm run example', () => {
  let example: RunningExample;
  let gateway: Gateway;
  let harbour: HarbourProcess;
  let browser: Browser;
  let screenshots: string;
  let guest: Guest | undefined;

  const arriveAt = async (origin: string, options: Partial<VisitOptions> = {}): Promise<Guest> => {
    guest = await Guest.arrive(example, browser, { screenshots, origin, ...options });
    return guest;
  };
  const arrive = (options?: Partial<VisitOptions>) => arriveAt(example.nextjs, options);
  const arriveBehind = () => arriveAt(harbour.url);

  beforeAll(async () => {
    screenshots = await screenshotDirectory();
    example = await RunningExample.start();
    gateway = await Gateway.start(example.service);
    harbour = await startHarbour(gateway.url, example);
    browser = await launchChromium();
  }, START_MS + 60_000);

  afterAll(async () => {
    await browser.close();
    await harbour.stop();
    gateway.stop();
    expect(await example.stop()).toBe(0);
    for (const url of [example.nextjs, example.plain, example.service]) {
      await expect(fetch(url)).rejects.toThrow();
    }
  }, 60_000);

  afterEach(async () => {
    gateway.faults.clear();
    gateway.tokenSeconds = undefined;
    await guest?.visit.end();
    expect(guest?.visit.complaints ?? []).toEqual([]);
    guest = undefined;
  });

  describe('Harbour', () => theWholeWay(arrive));
  describe('Harbour, while the service is away', () => whileAway(arriveBehind, () => gateway));
  describe('Harbour, at once:', () => atOnce(arriveBehind, () => gateway));
  describe('Harbour, its sessions:', () => sessions(arrive, arriveBehind, () => gateway));
  describe('Harbour, when things go wrong:', () => whenThingsGoWrong(arrive));
  describe('Harbour without scripts', () => withoutScripts(arrive));
  describe('Harbour looks good:', () => howItLooks(arrive));
  describe('the plain page', () => onePlainFile(() => ({ example, browser, screenshots })));
});
