import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll } from '@jest/globals';
import type { Browser, BrowserContextOptions, Page, Route } from 'playwright-core';
import { deferred } from '../../support/deferred.js';
import { launchChromium } from './chromium.js';

const SCRIPT = join(import.meta.dirname, '../../../client/dist/element.js');

interface ElementPage {
  url: string;
  stop(): void;
}

/** Serves a page with the element alone. The query has its attributes, and `page-lang` that of the page. */
const serveElement = async (): Promise<ElementPage> => {
  const server = createServer((req, res) => {
    const { pathname, searchParams } = new URL(req.url ?? '/', 'http://page');
    if (pathname === '/element.js') {
      res.writeHead(200, { 'Content-Type': 'text/javascript' }).end(readFileSync(SCRIPT));
      return;
    }
    const pageLang = searchParams.get('page-lang') ?? 'en';
    searchParams.delete('page-lang');
    const attributes = [...searchParams].map(([name, value]) => `${name}="${value}"`).join(' ');
    res.writeHead(200, { 'Content-Type': 'text/html' }).end(
      `<!doctype html><html lang="${pageLang}"><meta charset="utf-8"><title>Element</title>
      <link rel="icon" href="data:,"><script type="module" src="/element.js"></script>
      <proofline-verify ${attributes}></proofline-verify>`,
    );
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, stop: () => server.close() };
};

/** Starts the site of the element and a browser for the tests of a file. Pages close after each test. */
export const useElement = () => {
  const site = { url: '' };
  const pages: Page[] = [];
  let served: ElementPage;
  let chromium: Browser;

  beforeAll(async () => {
    served = await serveElement();
    site.url = served.url;
    chromium = await launchChromium();
  }, 60_000);

  afterEach(() => Promise.all(pages.splice(0).map((page) => page.close())));

  afterAll(async () => {
    await chromium.close();
    served.stop();
  });

  const newPage = async (options?: BrowserContextOptions): Promise<Page> => {
    const page = await chromium.newPage(options);
    // Shorter than a test's timeout, so that a failure names the awaited element.
    page.setDefaultTimeout(10_000);
    pages.push(page);
    return page;
  };
  return { site, browser: { newPage } };
};

export const VERIFICATION_ID = '06fjqk5m8bq3w2v1zt9h4n7x6cprd0ysa8k2e';

const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1000).toISOString();

/** The answer to a sent code, with other facts where a test needs them. */
export const sentAnswer = (phoneNumber: string, facts: object = {}) => ({
  message: 'OTP sent successfully.',
  verificationId: VERIFICATION_ID,
  phoneNumber,
  channel: 'sms',
  purpose: 'verification',
  status: 'pending',
  expiresAt: inSeconds(300),
  resendAt: inSeconds(30),
  attemptsRemaining: 5,
  codeLength: null,
  ...facts,
});

/** Answers `/request-otp` in the service's place, and keeps the bodies. */
export const recordSends = async (page: Page, facts: object = {}): Promise<unknown[]> => {
  const bodies: unknown[] = [];
  await page.route('**/request-otp', (route: Route) => {
    const body = route.request().postDataJSON() as { phoneNumber: string };
    bodies.push(body);
    return route.fulfill({ json: sentAnswer(body.phoneNumber, facts) });
  });
  return bodies;
};

/** Holds the answers to requests of a path back. The returned function releases them. */
export const holdAnswer = async (
  page: Page,
  path: string,
  answer: Parameters<Route['fulfill']>[0],
): Promise<() => void> => {
  const { promise, resolve } = deferred();
  await page.route(`**${path}`, async (route) => {
    await promise;
    await route.fulfill(answer);
  });
  return resolve;
};
