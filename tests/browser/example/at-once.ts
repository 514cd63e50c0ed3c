import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from '@jest/globals';
import type { Gateway } from './gateway.js';
import type { Guest } from './guest.js';
import { openSessionsOf } from './journey.js';

/** Harbour renews such tokens after a second. */
const SHORT_LIVED = 31;
const RENEWED_AFTER_MS = 1100;

export function atOnce(arrive: () => Promise<Guest>, gateway: () => Gateway): void {
  it('refreshes a session once for concurrent requests', async () => {
    const guest = await arrive();
    await guest.register();
    gateway().tokenSeconds = SHORT_LIVED;
    await guest.logIn();
    // No other request may trigger the refresh.
    await guest.open('/icon.svg');
    const refreshes = async () => {
      const sql = `SELECT s.refreshes, s.ended_at FROM account_sessions AS s JOIN accounts AS a ON a.id = s.account_id
        JOIN users AS u ON u.id = a.user_id WHERE u.phone_number = '${guest.number.e164}'`;
      const [session] = await guest.example.rows<{ refreshes: number; ended_at: null }>(sql);
      expect(session?.ended_at).toBeNull();
      return session!.refreshes;
    };
    const before = await refreshes();
    await sleep(RENEWED_AFTER_MS);
    gateway().tokenSeconds = undefined;
    const pages = `Promise.all(Array.from({ length: 6 }, () =>
      fetch('/account').then(({ url }) => new URL(url).pathname)))`;
    expect(await guest.page.evaluate(pages)).toEqual(Array(6).fill('/account'));
    expect(await refreshes()).toBe(before + 1);
  }, 60_000);

  it('shows backup codes only to the session that requested them', async () => {
    const guest = await arrive();
    await guest.register();
    await guest.logIn();
    const other = await guest.elsewhere();
    await other.logIn();
    const make = async (asking: Guest) => {
      await asking.button('Create backup codes').click();
      await asking.page.locator('.backup-codes li').first().waitFor();
      return asking.page.locator('.backup-codes li').allTextContents();
    };
    const [, codes, others] = await Promise.all([
      guest.example.hold('account_backup_codes', 1),
      make(guest),
      make(other),
    ]);
    expect(codes.filter((code) => others.includes(code))).toEqual([]);
    await other.visit.end();
  }, 60_000);

  it('pays once from two tabs, with an unusually formatted number', async () => {
    const guest = await arrive();
    await guest.register();
    await logInAs(guest, guest.number.e164.replace('+', '+1 '));
    await guest.open('/pay');
    await guest.button('Send me the code').click();
    const code = await guest.codeOnPhone(3);
    const tab = await guest.page.context().newPage();
    await tab.goto(guest.page.url());
    const tabs = [guest.page, tab];
    const before = await spent(guest);
    for (const page of tabs) await page.locator('input[name="code"]').fill(code);
    const paying = tabs.map((page) => page.locator('input[name="code"]').press('Enter'));
    await Promise.all([guest.example.hold('spent_proofs', 1), ...paying]);
    for (const page of tabs) await page.getByRole('heading', { name: 'Paid' }).waitFor();
    expect(await spent(guest)).toBe(before + 1);
    await guest.page.reload();
    await guest.sees('Paid');
    expect(await guest.inbox()).toHaveLength(3);
  }, 60_000);

  it('keeps changes made during a session refresh', async () => {
    const guest = await arrive();
    await guest.register();
    gateway().tokenSeconds = SHORT_LIVED;
    await guest.logIn();
    const leaving = await guest.elsewhere();
    await leaving.logIn();
    const ending = await guest.elsewhere();
    await ending.logIn();
    await guest.open('/pay');
    await guest.button('Send me the code').click();
    await guest.enterCode(await guest.codeOnPhone(5));
    await guest.sees('Paid');
    await sleep(RENEWED_AFTER_MS);
    gateway().tokenSeconds = undefined;

    await whileRefreshing(guest, () => guest.button('Pay another one').click());
    await guest.sees('Confirm the payment');
    await guest.page.reload();
    await guest.sees('Confirm the payment');
    await guest.open('/account');
    await guest.sees('Ahoy, Ada');

    await whileRefreshing(leaving, () => leaving.logOut());
    await leaving.open('/account');
    await leaving.sees('Log in');

    // Longer than the service's timeout, so the refresh and its caller fail.
    const held = guest.example.hold('account_sessions', 2.5);
    await sleep(200);
    await ending.button('Log out everywhere').click();
    await ending.says('Try again in a moment');
    await held;
    expect(await openSessionsOf(guest)).toHaveLength(2);
    await ending.button('Log out everywhere').click();
    await ending.sees('A berth for tonight.');
    expect(await openSessionsOf(guest)).toEqual([]);
    await guest.button('Log out everywhere').click();
    await guest.says('Log in again, then try once more');
    await Promise.all([leaving.visit.end(), ending.visit.end()]);
  }, 120_000);
}

async function whileRefreshing(guest: Guest, work: () => Promise<void>): Promise<void> {
  const held = guest.example.hold('account_sessions', 1.2);
  await sleep(200);
  await guest.page.evaluate(`void fetch('/account')`);
  await sleep(300);
  await work();
  await held;
}

async function logInAs(guest: Guest, typed: string): Promise<void> {
  await guest.open('/log-in');
  await guest.field('phoneNumber').fill(typed);
  await guest.field('password').fill(guest.password);
  await guest.button('Continue').click();
  await guest.enterCode(await guest.codeOnPhone(2));
  await guest.sees('Ahoy, Ada');
}

const spent = async ({ example }: Guest): Promise<number> =>
  (await example.rows('SELECT proof_id FROM spent_proofs')).length;
