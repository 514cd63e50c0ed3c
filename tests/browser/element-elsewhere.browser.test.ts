import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { describeInChromium, launchChromium, screenshotDirectory } from './support/chromium.js';
import { startService, type ServiceProcess } from './support/service-process.js';
import { freshNumber, Visit, type SimulatedMessage } from './support/visit.js';

const CLIENT = join(import.meta.dirname, '../../client/dist');

/**
 * Two elements, and a policy that allows only own scripts and calls to the service, and no styles.
 */
const page = (serviceUrl: string) => `<!doctype html>
<html lang="sv">
  <head>
    <meta charset="utf-8"><title>Shop</title><link rel="icon" href="data:,">
    <meta name="viewport" content="width=device-width">
    <script type="module" src="/element.js"></script>
  </head>
  <body><main><h1>Kassa</h1>
    <proofline-verify base-url="${serviceUrl}/" purpose="login" country="US"></proofline-verify>
  </main></body>
</html>`;

describeInChromium('<proofline-verify> on a foreign page', () => {
  let service: ServiceProcess;
  let browser: Browser;
  let shop: Server;
  let shopUrl: string;
  let visit: Visit;

  const policy = () =>
    `default-src 'none'; script-src 'self'; connect-src ${service.url}; img-src data:; require-trusted-types-for 'script'`;

  beforeAll(async () => {
    shop = createServer((req, res) => {
      const isScript = req.url === '/element.js';
      res.writeHead(200, {
        'Content-Type': isScript ? 'text/javascript' : 'text/html',
        'Content-Security-Policy': policy(),
      });
      res.end(isScript ? readFileSync(join(CLIENT, 'element.js')) : page(service.url));
    }).listen(0, '127.0.0.1');
    await once(shop, 'listening');
    shopUrl = `http://127.0.0.1:${(shop.address() as AddressInfo).port}`;
    service = await startService({
      CORS_ORIGINS: shopUrl,
      VERIFICATION_PROVIDERS: 'local-code',
      LIMIT_RESEND_COOLDOWN_SECONDS: '2',
    });
    browser = await launchChromium();
  }, 120_000);

  afterAll(async () => {
    await browser.close();
    shop.close();
    await service.stop();
  }, 60_000);

  afterEach(() => visit.end());

  const newestCode = async (number: string): Promise<string> => {
    const url = `${service.url}/simulator/inbox?to=${encodeURIComponent(number)}`;
    const [message] = (await (await fetch(url)).json()) as SimulatedMessage[];
    return message!.code;
  };

  it('works from another origin under a CSP without styles and with Trusted Types', async () => {
    const screenshots = await screenshotDirectory();
    visit = await Visit.start(browser, shopUrl, '/', { screenshots });
    const number = freshNumber();
    await visit.askFor(number.typed);
    expect(await visit.text('#code-title')).toBe('Ange koden');
    expect(await visit.text('#resend')).toMatch(/^Skicka en ny kod om 0:0[1-3]$/);
    expect(await visit.page.locator('.has-slots').count()).toBe(1);
    await visit.screenshot('element-elsewhere');
    const colour = `getComputedStyle(document.querySelector('proofline-verify').shadowRoot.getElementById('verify')).backgroundColor`;
    expect(await visit.page.evaluate(colour)).toBe('rgb(11, 107, 80)');
    await visit.enterCode('000');
    await visit.page.locator('#code-error', { hasText: 'Koden har 6 siffror.' }).waitFor();
    await visit.enterCode(await newestCode(number.e164));
    await visit.page.locator('#done').waitFor();
    expect(await visit.page.locator('#again').isVisible()).toBe(false);
    const elsewhere = visit.complaints.filter(
      (one) => !one.startsWith(`asked for ${service.url}/`),
    );
    expect(elsewhere).toEqual([]);
  });
});
