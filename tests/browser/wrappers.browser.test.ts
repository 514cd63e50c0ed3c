import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { describeInChromium } from './support/chromium.js';
import { sentAnswer, useElement, VERIFICATION_ID } from './support/element-page.js';

const ROOT = join(import.meta.dirname, '../..');
const KEY = 'pl_pk_7h3n_0123456789abcdef';
const NUMBER = '+46701740605';
const PROOF = { verificationId: VERIFICATION_ID, phoneNumber: NUMBER, proof: 'a.b.c' };

/** Bundles a page with a wrapper, as an application does. */
const bundle = (name: string): string => {
  const { stdout, stderr } = spawnSync(
    join(ROOT, 'node_modules/.bin/esbuild'),
    [
      ...[`tests/browser/support/wrappers/${name}.js`, '--bundle', '--format=esm'],
      ...[`--alias:@proofline/${name}=./packages/${name}/src/index.ts`, '--tsconfig-raw={}'],
      ...['--define:process.env.NODE_ENV="development"', '--log-level=error'],
    ],
    { cwd: ROOT, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 },
  );
  expect(stderr).toBe('');
  return stdout;
};

describeInChromium.each(['react', 'vue'])('<ProoflineVerify> of @proofline/%s', (name) => {
  const { site, browser } = useElement();
  const script = bundle(name);
  let page: Page;
  let keys: (string | undefined)[];

  const open = async (settings: object): Promise<void> => {
    page = await browser.newPage();
    keys = [];
    await page.route('**/app.html', (route) =>
      route.fulfill({
        contentType: 'text/html',
        body: `<!doctype html><html lang="en"><title>App</title><link rel="icon" href="data:,">
          <div id="root"></div><script>window.settings = ${JSON.stringify(settings)}</script>
          <script type="module" src="/app.js"></script>`,
      }),
    );
    await page.route('**/app.js', (route) =>
      route.fulfill({ contentType: 'text/javascript', body: script }),
    );
    await page.route('**/request-otp', (route) => {
      keys.push(route.request().headers()['authorization']);
      return route.fulfill({ json: sentAnswer(NUMBER) });
    });
    await page.route('**/verify-otp', (route) => {
      keys.push(route.request().headers()['authorization']);
      const { code } = route.request().postDataJSON() as { code: string };
      return code === '1234'
        ? route.fulfill({ json: PROOF })
        : route.fulfill({ status: 401, json: { code: 'code_invalid', attemptsRemaining: 4 } });
    });
    await page.goto(`${site.url}/app.html`);
  };

  const enter = async (field: string, text: string): Promise<void> => {
    await page.locator(field).fill(text);
    await page.keyboard.press('Enter');
  };
  const heard = () => page.evaluate<{ name: string; detail: object }[]>('window.heard');

  it('verifies a number with the key and hands over the proof, once', async () => {
    const channels = ['sms', 'voice'];
    await open({
      baseUrl: site.url,
      publishableKey: KEY,
      purpose: 'login',
      country: 'SE',
      channels,
    });
    await page.locator('proofline-verify.mine[purpose="login"] p', { hasText: 'Mine' }).waitFor();
    expect(await page.locator('#channels input, [name="channel"]').count()).toBe(2);
    await enter('#number', '070 174 06 05');
    await page.locator('#code-form').waitFor();
    await enter('#code', '4321');
    await page.locator('#tries', { hasText: '4 tries left' }).waitFor();
    await enter('#code', '1234');
    await page.locator('#done').waitFor();
    expect(keys).toEqual(Array(3).fill(`Bearer ${KEY}`));
    const events = (await heard()).filter(({ name }) => name !== 'step');
    expect(events).toMatchObject([
      { name: 'error', detail: { code: 'code_invalid', attemptsRemaining: 4 } },
      { name: 'verified', detail: PROOF },
    ]);
    const steps = (await heard()).filter(({ name }) => name === 'step');
    expect(steps.map(({ detail }) => (detail as { step: string }).step).slice(-2)).toEqual([
      'code',
      'done',
    ]);
  });

  it('follows the language, and begins a new screen for other settings', async () => {
    await open({ lang: 'en', purpose: 'login' });
    await page.locator('#number').fill('070174');
    await page.evaluate('window.change({ lang: "sv" })');
    await page.locator('#number-title', { hasText: 'Vilket' }).waitFor();
    expect(await page.locator('#number').inputValue()).toBe('070174');
    await page.evaluate(
      'window.change({ purpose: "payment", reference: "cart 7", country: "SE" })',
    );
    await page.locator('proofline-verify[reference="cart 7"][purpose="payment"]').waitFor();
    expect(await page.locator('#number').inputValue()).toBe('');
    await enter('#number', '070 174 06 05');
    await page.locator('#code-form').waitFor();
    await enter('#code', '1234');
    await page.locator('#done').waitFor();
    expect((await heard()).at(-1)).toMatchObject({ name: 'verified cart 7', detail: PROOF });
  });

  it('sends no key without one, and shows no screen with a secret key', async () => {
    await open({ country: 'SE' });
    await enter('#number', '070 174 06 05');
    await page.locator('#code-form').waitFor();
    expect(keys).toEqual([undefined]);
    const complaint = page.waitForEvent('pageerror');
    await page.evaluate('window.change({ publishableKey: "pl_sk_7h3n_0123456789" })');
    expect((await complaint).message).toContain('must not be in a browser');
    expect(await page.locator('#number-form').count()).toBe(0);
  });
});
