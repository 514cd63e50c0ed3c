import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from '@jest/globals';
import type { Gateway } from './gateway.js';
import type { Guest } from './guest.js';

export function sessions(
  arrive: () => Promise<Guest>,
  arriveBehind: () => Promise<Guest>,
  gateway: () => Gateway,
): void {
  it('says that a session ended without activity, and returns to the page after the login', async () => {
    const guest = await arriveBehind();
    await guest.register();
    gateway().tokenSeconds = 31;
    await guest.logIn();
    await guest.open('/pay');
    await guest.example.rows(`UPDATE account_sessions SET idle_until = now()`);
    await sleep(1100);
    gateway().tokenSeconds = undefined;
    await guest.button('Send me the code').click();
    await guest.stepsTo('Log in');
    await guest.says('You were signed out after 1 minute without activity.');
    await guest.passLogin();
    await guest.stepsTo('Confirm the payment');
    expect(new URL(guest.page.url()).pathname).toBe('/pay');
    expect(await guest.notices()).toEqual([]);
  }, 60_000);

  it('never shows the login again by Back, nor the account after logging out', async () => {
    const guest = await arrive();
    await guest.register();
    await guest.open('/');
    const menu = guest.page.getByRole('navigation');
    for (const name of ['Log in', 'Sign up', 'Log in']) {
      await menu.getByRole('link', { name }).click();
      await guest.sees(name);
    }
    await guest.passLogin();
    await guest.sees('Ahoy, Ada');
    for (let steps = 0; steps < 4 && new URL(guest.page.url()).pathname !== '/'; steps += 1) {
      await guest.page.goBack();
      await guest.page.waitForURL(/\/(account)?$/);
      await guest.page
        .getByRole('heading', { name: /Ahoy, Ada|A berth/ })
        .first()
        .waitFor();
      expect(await guest.field('password').count()).toBe(0);
    }
    await guest.open('/account');
    await guest.logOut();
    await guest.page.goBack();
    await guest.page.getByRole('heading', { name: /Log in|A berth/ }).waitFor();
    expect(await guest.page.content()).not.toContain('Ahoy, Ada');
  }, 60_000);
}
