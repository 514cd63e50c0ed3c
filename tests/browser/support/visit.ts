import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import type {
  Browser,
  BrowserContext,
  BrowserContextOptions,
  Page,
  ViewportSize,
} from 'playwright-core';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const REPORT_VIOLATIONS = `document.addEventListener('securitypolicyviolation', (event) =>
  console.error('CSP violation', event.violatedDirective, event.blockedURI, event.sample))`;

const RUN_AXE = `axe.run(document).then(({ violations }) => violations.map(({ id, help, nodes }) =>
  id + ': ' + help + ' at ' + nodes.map((node) => node.target.join(' ')).join(', ')))`;

const FOCUSED = `(() => {
  let focused = document.activeElement;
  while (focused.shadowRoot?.activeElement) focused = focused.shadowRoot.activeElement;
  return focused.id;
})()`;

export const WINDOWS = {
  desktop: { width: 1280, height: 860 },
  phone: { width: 360, height: 740 },
};

/** A small laptop, a phone, and the width that WCAG 1.4.10 (Reflow) asks for. */
const TIGHT_WINDOWS: readonly ViewportSize[] = [
  { width: 1280, height: 720 },
  { width: 390, height: 844 },
  { width: 320, height: 640 },
];

/** Both schemes and both sizes, but not every pair: colours and widths are independent. */
export const VIEWS = [
  ['light', 'desktop'],
  ['dark', 'phone'],
] as const;

export interface SimulatedMessage {
  to: string;
  channel: string;
  text: string;
  code: string;
}

export interface VisitOptions extends BrowserContextOptions {
  /** A directory; empty for none. */
  screenshots: string;
}

/** One page in a browser, its errors, and the simulated phone. */
export class Visit {
  readonly complaints: string[] = [];

  private constructor(
    readonly page: Page,
    private readonly context: BrowserContext,
    private readonly origin: string,
    readonly screenshots: string,
  ) {}

  static async start(
    browser: Browser,
    origin: string,
    path: string | null,
    { screenshots, ...options }: VisitOptions,
  ): Promise<Visit> {
    const context = await browser.newContext({
      locale: 'en-US',
      reducedMotion: 'reduce',
      viewport: WINDOWS.desktop,
      permissions: ['clipboard-read', 'clipboard-write'],
      ...options,
    });
    // Shorter than a test's timeout, so that a failure names the awaited element.
    context.setDefaultTimeout(10_000);
    await context.addInitScript(REPORT_VIOLATIONS);
    const visit = new Visit(await context.newPage(), context, origin, screenshots);
    visit.listen();
    if (path !== null) await visit.page.goto(origin + path);
    return visit;
  }

  private listen(): void {
    this.page.on('pageerror', (error) => this.complaints.push(`uncaught ${error.message}`));
    this.page.on('console', (message) => {
      if (!['error', 'warning'].includes(message.type())) return;
      // Chromium logs every 4xx; the tests check the page's messages instead.
      const isRefusal = message.text().startsWith('Failed to load resource: the server responded');
      const isApi = /\/(request-otp|verify-otp|resend)$/.test(message.location().url);
      if (!isRefusal || !isApi) this.complaints.push(message.text());
    });
    this.page.on('request', (request) => {
      const url = request.url();
      if (!url.startsWith(`${this.origin}/`) && !url.startsWith('data:')) {
        this.complaints.push(`asked for ${url}`);
      }
    });
  }

  end(): Promise<void> {
    return this.context.close();
  }

  async askFor(number: string, channel?: string): Promise<void> {
    if (channel) await this.choose(channel);
    await this.page.locator('#number').pressSequentially(number);
    await this.page.keyboard.press('Enter');
    await this.page.locator('#code-form').waitFor();
  }

  async choose(channel: string): Promise<void> {
    await this.page.locator('#number-form').waitFor();
    const others = this.page.locator('#channel-field:not([open]) summary');
    if (await others.isVisible()) await others.click();
    await this.page.locator(`#channel-${channel}`).check();
  }

  async codeOnPhone(count = 1): Promise<string> {
    await this.page.locator(`.message:nth-child(${count})`).waitFor();
    return (await this.page.locator('.message').first().locator('strong').textContent()) ?? '';
  }

  async enterCode(code: string): Promise<void> {
    await this.page.locator('#code').fill(code);
    await this.page.keyboard.press('Enter');
  }

  async text(selector: string): Promise<string> {
    return ((await this.page.locator(selector).textContent()) ?? '').replaceAll('\u00a0', ' ');
  }

  /** Id of the focused element, also inside a shadow root. */
  focused(): Promise<string> {
    return this.page.evaluate<string>(FOCUSED);
  }

  overflow(): Promise<number> {
    return this.page.evaluate<number>(
      'document.documentElement.scrollWidth - document.documentElement.clientWidth',
    );
  }

  /** The tight windows in which a control is out of view, or the page scrolls sideways. */
  async misfits(selector: string): Promise<string[]> {
    const faults: string[] = [];
    for (const window of TIGHT_WINDOWS) {
      await this.page.setViewportSize(window);
      // On a busy machine the media queries of a new width can apply some frames late.
      let found = await this.misfitsIn(window, selector);
      for (let i = 0; i < 20 && found.length > 0; i += 1) {
        await this.page.waitForTimeout(100);
        found = await this.misfitsIn(window, selector);
      }
      faults.push(...found);
    }
    return faults;
  }

  private async misfitsIn({ width, height }: ViewportSize, selector: string): Promise<string[]> {
    await this.page.evaluate('window.scrollTo(0, 0)');
    const box = await this.page.locator(selector).boundingBox();
    const bottom = Math.ceil((box?.y ?? Infinity) + (box?.height ?? 0));
    const overflow = await this.overflow();
    return [
      bottom > height && `${selector} ends at ${bottom}`,
      overflow > 0 && `${overflow} px too wide`,
    ].flatMap((fault) => (fault === false ? [] : `${width}×${height}: ${fault}`));
  }

  async accessibilityFaults(): Promise<string[]> {
    // Half a megabyte, which a page keeps until it is left.
    if (!(await this.page.evaluate<boolean>(`'axe' in window`))) await this.page.evaluate(AXE);
    return this.page.evaluate<string[]>(RUN_AXE);
  }

  async screenshot(name: string): Promise<void> {
    if (this.screenshots === '') return;
    await this.page.screenshot({ path: join(this.screenshots, `${name}.png`), fullPage: true });
  }

  async inbox(number: string): Promise<SimulatedMessage[]> {
    const url = `${this.origin}/simulator/inbox?to=${encodeURIComponent(number)}`;
    return (await (await fetch(url)).json()) as SimulatedMessage[];
  }
}

export const wrongCode = (code: string): string =>
  (code.startsWith('1') ? '2' : '1') + code.slice(1);

let nextNumber = 100;

/** A US number unique in this run: as typed, and in E.164. */
export const freshNumber = (): { typed: string; e164: string; shown: string } => {
  nextNumber += 1;
  return {
    typed: `4155550${nextNumber}`,
    e164: `+14155550${nextNumber}`,
    shown: `+1 415 555 0${nextNumber}`,
  };
};

/** Takes a screenshot if one is wanted, and checks accessibility and width. */
export async function expectSound(visit: Visit, name: string): Promise<void> {
  await visit.screenshot(name);
  expect(await visit.accessibilityFaults()).toEqual([]);
  expect(await visit.overflow()).toBeLessThanOrEqual(0);
}
