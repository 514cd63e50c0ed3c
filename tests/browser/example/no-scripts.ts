import { expect, it } from '@jest/globals';
import type { VisitOptions } from '../support/visit.js';
import { wrongCode } from '../support/visit.js';
import type { Guest } from './guest.js';

export function withoutScripts(arrive: (options: Partial<VisitOptions>) => Promise<Guest>): void {
  it('logs in and pays, and says what needs scripts', async () => {
    const guest = await arrive({ javaScriptEnabled: false });
    await guest.register();
    await guest.open('/sign-up');
    const shown = () => guest.page.locator('noscript p:visible').allInnerTexts();
    expect(await shown()).toEqual([
      expect.stringContaining('Scripts are off in this browser.'),
      'Turn scripts on and reload this page to confirm your number.',
    ]);
    await guest.open('/pay');
    expect(await shown()).toHaveLength(1);
    await guest.fillLogin();
    await guest.sees('Check your phone');
    const code = await guest.codeOnPhone(2);
    await guest.enterCode(wrongCode(code));
    await guest.says('This is not the code. 4 tries left.');
    await guest.enterCode(code);
    await guest.button('Send me the code').click();
    await guest.enterCode(await guest.codeOnPhone(3));
    await guest.sees('Paid');
    await guest.open('/account');
    await guest.button('Create backup codes').click();
    await guest.page.locator('.backup-codes li').first().waitFor();
    await guest.open('/account');
    await guest.logOut();
    await guest.page.goBack();
    expect(await guest.page.content()).not.toContain('Ahoy, Ada');
  }, 60_000);
}
