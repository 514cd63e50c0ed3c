import { expect, it } from '@jest/globals';
import type { VisitOptions } from '../support/visit.js';
import { VIEWS, wrongCode } from '../support/visit.js';
import type { Guest } from './guest.js';

const WINDOWS = {
  desktop: { width: 1280, height: 720 },
  phone: { width: 390, height: 664 },
};

/** The narrowest window in which nothing may scroll sideways (WCAG 1.4.10). */
const NARROW = 320;

/** The primary button of a step, unless it is in view and nothing covers it. */
const HIDDEN_BUTTONS = `[...document.querySelectorAll('.hero .primary, .narrow .primary')].slice(0, 1).filter((button) => {
  const { left, top, width, height } = button.getBoundingClientRect();
  const seen = document.elementFromPoint(left + width / 2, top + height - 4);
  return !seen || !button.contains(seen);
}).map((button) => button.textContent)`;

export function howItLooks(arrive: (options?: Partial<VisitOptions>) => Promise<Guest>): void {
  it.each(VIEWS)(
    'every screen is accessible in a %s scheme, in a %s window',
    async (colorScheme, size) => {
      const guest = await arrive({ colorScheme, viewport: WINDOWS[size] });
      const { page, visit } = guest;
      const isSound = async (name: string) => {
        await page.evaluate('document.fonts.ready');
        // Next.js streams the title after the page.
        await page.waitForFunction('document.title');
        if (visit.screenshots !== '') {
          const path = `${visit.screenshots}/harbour-${name}-${size}-${colorScheme}.png`;
          await page.screenshot({ path });
        }
        expect(await visit.accessibilityFaults()).toEqual([]);
        expect(await page.evaluate(HIDDEN_BUTTONS)).toEqual([]);
        expect(await visit.overflow()).toBeLessThanOrEqual(0);
        if (size === 'desktop') return;
        await page.setViewportSize({ ...WINDOWS[size], width: NARROW });
        expect([name, await visit.overflow()]).toEqual([name, 0]);
        await page.setViewportSize(WINDOWS[size]);
      };
      await guest.open('/');
      await isSound('home');
      await guest.open('/sign-up');
      await page.locator('#number').waitFor();
      await isSound('sign-up');
      await visit.askFor(guest.number.typed);
      const code = await guest.codeOnPhone(1);
      await guest.showsOnPhone(1);
      await isSound('sign-up-code');
      await visit.enterCode(code);
      await guest.sees('Almost there');
      await isSound('sign-up-password');
      await guest.field('password').fill('short');
      await guest.button('Create my account').click();
      await guest.says('This password');
      await isSound('sign-up-fault');
      await guest.field('name').fill('Ada');
      await guest.field('password').fill(guest.password);
      await guest.button('Create my account').click();
      await guest.sees('Log in');
      await isSound('log-in');
      await guest.enterPassword('not this one');
      await guest.says('not right');
      await isSound('log-in-fault');
      await guest.enterPassword();
      const second = await guest.codeOnPhone(2);
      await guest.enterCode(wrongCode(second));
      await guest.says('4 tries left');
      await isSound('code');
      await guest.enterCode(second);
      await guest.sees('Ahoy, Ada');
      await isSound('account');
      await guest.button('Set up an app').click();
      await page.locator('.secret').waitFor();
      await guest.button('Create backup codes').click();
      await page.locator('.backup-codes').waitFor();
      await isSound('enrolment');
      await guest.open('/pay');
      await isSound('pay');
      await guest.button('Send me the code').click();
      const third = await guest.codeOnPhone(3);
      await guest.showsOnPhone(3);
      await isSound('pay-code');
      await guest.enterCode(third);
      await guest.sees('Paid');
      await isSound('paid');
      await guest.open('/reset');
      await page.locator('#number').waitFor();
      await isSound('reset');
      await guest.open('/nowhere');
      await guest.sees('Page not found');
      await isSound('not-found');
      guest.forgiveComplaints('404');
    },
    120_000,
  );

  it('works with the keyboard alone', async () => {
    const guest = await arrive();
    const { page } = guest;
    await guest.register();
    await guest.open('/');
    const tabTo = async (name: string) => {
      for (let presses = 0; presses < 20; presses += 1) {
        await page.keyboard.press('Tab');
        const focused = 'document.activeElement.name || document.activeElement.textContent';
        if ((await page.evaluate(focused)) === name) return;
      }
      throw new Error(`${name} is not reached`);
    };
    await tabTo('Log in');
    await page.keyboard.press('Enter');
    await guest.sees('Log in');
    await guest.field('phoneNumber').waitFor();
    await tabTo('phoneNumber');
    await page.keyboard.press('Control+A');
    await page.keyboard.type(guest.number.shown);
    await tabTo('password');
    await page.keyboard.type(guest.password);
    await page.keyboard.press('Enter');
    const code = await guest.codeOnPhone(2);
    await guest.showsOnPhone(2);
    expect(await page.evaluate('document.activeElement.name')).toBe('code');
    await page.keyboard.type(code);
    await tabTo('Log in');
    await page.keyboard.press('Enter');
    await guest.sees('Ahoy, Ada');
  }, 60_000);
}
