import { expect, it } from '@jest/globals';
import type { Gateway } from './gateway.js';
import type { Guest } from './guest.js';

const SOON = /try again in a moment/i;

export function whileAway(arriveBehind: () => Promise<Guest>, gateway: () => Gateway): void {
  // The first test behind the gateway, because Harbour keeps fetched keys for minutes.
  it('costs no message: proof, login and payment go on with the next try', async () => {
    const guest = await arriveBehind();
    const { page } = guest;
    const { faults } = gateway();
    const isTemporary = async () => {
      await page.locator('main .alert', { hasText: SOON }).waitFor();
      expect(await page.locator('main', { hasText: 'expired' }).count()).toBe(0);
      faults.clear();
    };
    faults.set('/.well-known/jwks.json', 'down');
    await guest.open('/sign-up');
    await guest.proveNumber();
    await isTemporary();
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Try again');
    await page.keyboard.press('Enter');
    await guest.stepsTo('Almost there');
    await guest.field('name').fill('Ada');
    await guest.field('password').fill(guest.password);
    await guest.button('Create my account').click();
    await guest.sees('Log in');

    faults.set('/auth/me', 'down');
    await guest.fillLogin();
    await guest.enterCode(await guest.codeOnPhone(2));
    await isTemporary();
    await guest.button('Log in').click();
    await guest.stepsTo('Ahoy, Ada', { title: 'Your account' });

    faults.set('/proofs/spend', 'deaf');
    await page.getByRole('link', { name: 'Pay' }).click();
    await guest.button('Send me the code').click();
    await guest.enterCode(await guest.codeOnPhone(3));
    await isTemporary();
    await page.getByRole('button', { name: /^Pay / }).click();
    await guest.stepsTo('Paid');
    expect(await guest.inbox()).toHaveLength(3);

    faults.set('all', 'down');
    await guest.open('/account');
    await guest.sees('This did not work');
    await page.getByRole('navigation').getByRole('link', { name: 'Account' }).waitFor();
    faults.clear();
    await guest.button('Try again').click();
    await guest.sees('Ahoy, Ada');
    guest.visit.complaints.splice(0);
  }, 90_000);
}
