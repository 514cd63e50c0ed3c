import { expect, it } from '@jest/globals';
import { TOTP } from 'otpauth';
import type { Guest } from './guest.js';

const STEP_SECONDS = 30;
const HOME_TITLE = 'Harbour · Guest berths along the coast';

/** An authenticator app. A code works once, so it never repeats one. */
class App {
  private used = 0;

  constructor(private readonly secret: string) {}

  async next(guest: Guest): Promise<string> {
    const step = () => Math.floor(Date.now() / 1000 / STEP_SECONDS);
    // Resets the used step instead of waiting 30 seconds.
    if (step() <= this.used) await guest.example.rows('UPDATE account_totp SET last_step = 0');
    this.used = step();
    return new TOTP({ secret: this.secret }).generate();
  }
}

export function theWholeWay(arrive: () => Promise<Guest>): void {
  it('leads from the first visit to a payment', async () => {
    const guest = await arrive();
    const { page } = guest;
    await guest.open('/');
    await page.locator('main').getByRole('link', { name: 'Sign up' }).click();
    await guest.stepsTo('Sign up');
    await guest.signUp();
    await guest.says('Your account is ready');
    await guest.fillLogin('not this one');
    await guest.says('not right');
    expect(await guest.notices()).toEqual([]);
    await page.getByRole('link', { name: 'Forgot your password?' }).click();
    await guest.stepsTo('Set a new password');
    expect(await guest.notices()).toEqual([]);
    await page.locator('main').getByRole('link', { name: 'Log in' }).click();
    await guest.stepsTo('Log in');
    await guest.fillLogin();
    await guest.stepsTo('Check your phone', { focus: 'code' });
    await guest.enterCode(await guest.codeOnPhone(2));
    await guest.stepsTo('Ahoy, Ada', { title: 'Your account' });
    await guest.says('Codes by message can be stolen');

    await guest.button('Set up an app').click();
    const app = new App((await page.locator('.secret').textContent()) ?? '');
    expect(await page.locator('.enrolment img').evaluate('(image) => image.naturalWidth')).not.toBe(
      0,
    );
    await guest.enterCode(await app.next(guest));
    await guest.says('Your app is now the second step');
    await guest.stepsTo('Ahoy, Ada', { title: 'Your account' });
    await guest.button('Create backup codes').click();
    await page.locator('.backup-codes li').first().waitFor();
    expect(await page.locator('p:focus').innerText()).toContain('Print these');
    expect(await guest.notices()).toEqual([]);
    const codes = await page.locator('.backup-codes li').allTextContents();
    expect(codes).toHaveLength(10);
    await page.reload();
    await guest.says('You have 10 left');
    expect(await page.locator('.backup-codes').count()).toBe(0);

    const messages = (await guest.inbox()).length;
    await guest.logOut();
    await guest.enterPassword();
    await guest.stepsTo('Open your authenticator app', { focus: 'code' });
    await guest.enterCode(await app.next(guest));
    await guest.sees('Ahoy, Ada');
    await guest.logOut();
    await guest.stepsTo('A berth for tonight.', { title: HOME_TITLE });
    await guest.enterPassword();
    await page.getByRole('link', { name: 'Use a backup code' }).click();
    await guest.stepsTo('Use a backup code', { focus: 'code' });
    await guest.enterCode(codes[0]!);
    await guest.sees('Ahoy, Ada');
    await guest.says('You have 9 left');
    expect(await guest.inbox()).toHaveLength(messages);

    await guest.open('/reset');
    await guest.proveNumber();
    await guest.stepsTo('Choose a new password');
    const old = guest.password;
    guest.password = 'a fair wind from the south';
    await guest.field('newPassword').fill(guest.password);
    await guest.button('Set the password').click();
    await guest.stepsTo('Log in');
    await guest.says('Your password has been reset');
    await guest.enterPassword(old);
    await guest.says('The number or the password is not right');
    await guest.enterPassword();
    await guest.sees('Open your authenticator app');
    await guest.enterCode(await app.next(guest));
    await guest.sees('Ahoy, Ada');

    await pay(guest);
  }, 180_000);

  it('changes the password and logs out everywhere', async () => {
    const guest = await arrive();
    await guest.register();
    await guest.logIn();
    await guest.field('currentPassword').fill('not this one');
    await guest.field('newPassword').fill('rough seas ahead');
    await guest.button('Change password').click();
    await guest.says('This is not your current password');
    await guest.field('currentPassword').fill(guest.password);
    await guest.field('newPassword').fill('rough seas ahead');
    await guest.button('Change password').click();
    await guest.says('Your password has been changed');
    guest.password = 'rough seas ahead';
    await guest.button('Log out everywhere').click();
    await guest.sees('A berth for tonight.');
    expect(await openSessionsOf(guest)).toEqual([]);
    await guest.logIn();
  }, 90_000);
}

/** A session is open only while it has the account's current version. */
export const openSessionsOf = ({ example, number }: Guest) =>
  example.rows(`SELECT s.id FROM account_sessions AS s JOIN accounts AS a ON a.id = s.account_id AND a.version = s.version
    JOIN users AS u ON u.id = a.user_id WHERE u.phone_number = '${number.e164}' AND s.ended_at IS NULL`);

async function pay(guest: Guest): Promise<void> {
  const { page, example } = guest;
  const before = (await guest.inbox()).length;
  const spent = async () => (await example.rows('SELECT proof_id FROM spent_proofs')).length;
  await page.getByRole('link', { name: 'Pay' }).click();
  await guest.stepsTo('Confirm the payment');
  await page.evaluate(TAMPER);
  await guest.button('Send me the code').click();
  await guest.stepsTo('Enter the code', { focus: 'code' });
  const code = await guest.codeOnPhone(before + 1);
  const [message, ...earlier] = await guest.inbox();
  expect(earlier).toHaveLength(before);
  expect(message?.text).toContain('39.99 EUR to Sandhamn Marina');
  const spentBefore = await spent();
  await page.evaluate(TAMPER);
  await guest.enterCode(code);
  await guest.stepsTo('Paid');
  expect(await page.locator('.receipt').innerText()).toMatch(/39\.99 EUR[^]*Sandhamn Marina/);
  expect(await spent()).toBe(spentBefore + 1);
  await page.reload();
  await guest.sees('Paid');
  expect(await guest.inbox()).toHaveLength(before + 1);
}

const TAMPER = `for (const form of document.querySelectorAll('main form'))
  for (const [name, value] of Object.entries({ amount: '0.01', payee: 'Mallory', phoneNumber: '+14155550100' })) {
    const input = document.createElement('input');
    Object.assign(input, { type: 'hidden', name, value });
    form.append(input);
  }`;
