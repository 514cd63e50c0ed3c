import { describe, expect, it } from '@jest/globals';
import { wrongCode } from '../support/visit.js';
import type { Guest } from './guest.js';

const EXPIRE = (number: string) =>
  `UPDATE verifications SET created_at = created_at - interval '1 hour', expires_at = now() - interval '1 second'
   WHERE phone_number = '${number}' AND status = 'pending'`;

export function whenThingsGoWrong(arrive: () => Promise<Guest>): void {
  it('reports a wrong password, a wrong code with the attempts left, and the last attempt', async () => {
    const guest = await arrive();
    await guest.register();
    await guest.enterPassword('not this one');
    await guest.says('The number or the password is not right');
    expect(await guest.field('phoneNumber').inputValue()).toBe(guest.number.shown);
    expect(await guest.inbox()).toHaveLength(1);
    await guest.enterPassword();
    const code = await guest.codeOnPhone(2);
    for (const left of ['4 tries', '3 tries', '2 tries', '1 try']) {
      await guest.enterCode(wrongCode(code));
      await guest.says(`This is not the code. ${left} left.`);
    }
    expect(await guest.page.evaluate('document.activeElement.name')).toBe('code');
    await guest.enterCode(wrongCode(code));
    await guest.says('last try');
    await guest.logIn();
  }, 90_000);

  it('sends one message for a double click', async () => {
    const guest = await arrive();
    await guest.register();
    await guest.open('/log-in');
    await guest.field('phoneNumber').fill(guest.number.shown);
    await guest.field('password').fill(guest.password);
    await guest.button('Continue').dblclick();
    await guest.sees('Check your phone');
    await guest.enterCode(await guest.codeOnPhone(2));
    await guest.sees('Ahoy, Ada');
    await guest.open('/pay');
    await guest.button('Send me the code').dblclick();
    await guest.enterCode(wrongCode(await guest.codeOnPhone(3)));
    await guest.says('4 tries left');
    expect(await guest.inbox()).toHaveLength(3);
  }, 60_000);

  it('returns to the code after a reload, and resends on request', async () => {
    const guest = await arrive();
    await guest.register();
    await guest.enterPassword();
    await guest.sees('Check your phone');
    await guest.page.reload();
    await guest.sees('Check your phone');
    await guest.button('Send a new code').click();
    const second = await guest.codeOnPhone(3);
    await guest.says('A new code is on its way');
    await guest.enterCode(wrongCode(second));
    await guest.says('This is not the code');
    expect(await guest.notices()).toEqual([]);
    await guest.button('Send a new code').click();
    await guest.says('A new code is on its way');
    expect(await guest.page.locator('main [role="alert"]:not(:empty)').count()).toBe(0);
    await guest.enterCode(await guest.codeOnPhone(4));
    await guest.sees('Ahoy, Ada');
  }, 60_000);

  it('reports an expired code and what to do', async () => {
    const guest = await arrive();
    await guest.register();
    await guest.logIn();
    await guest.open('/pay');
    await guest.button('Send me the code').click();
    const code = await guest.codeOnPhone(3);
    await guest.example.rows(EXPIRE(guest.number.e164));
    await guest.enterCode(code);
    await guest.says('This code has expired. Ask for a new one.');
    await guest.button('Send me the code').click();
    await guest.enterCode(await guest.codeOnPhone(4));
    await guest.sees('Paid');
  }, 60_000);

  it('reports a lost connection and keeps the input', async () => {
    const guest = await arrive();
    await guest.register();
    await guest.enterPassword();
    const code = await guest.codeOnPhone(2);
    await guest.sees('Check your phone');
    await guest.page.context().setOffline(true);
    await guest.enterCode(code);
    await guest.says('No connection');
    await guest.page.context().setOffline(false);
    await guest.enterCode(code);
    await guest.sees('Ahoy, Ada');
    guest.forgiveComplaints('ERR_INTERNET_DISCONNECTED');
  }, 60_000);

  it('asks for a new login where the service needs a recent one', async () => {
    const guest = await arrive();
    await guest.register();
    await guest.logIn();
    await guest.example.rows(
      `UPDATE account_sessions SET authenticated_at = now() - interval '11 minutes'`,
    );
    await guest.button('Create backup codes').click();
    await guest.says('needs a login within the last ten minutes');
    await guest.button('Log in again').click();
    await guest.says('Log in again, then try once more');
  }, 60_000);

  describe('access is denied', () => {
    it('to pages that need a login', async () => {
      const guest = await arrive();
      for (const path of ['/account', '/pay', '/log-in/code']) {
        await guest.open(path);
        expect(new URL(guest.page.url()).pathname).toBe('/log-in');
      }
    });

    it.each(['of another purpose', 'that is forged'])('with a proof %s', async (kind) => {
      const guest = await arrive();
      const real = await guest.example.proof(guest.number.e164, 'password-reset');
      const [head = '', , signature = ''] = real.split('.');
      const claims = JSON.parse(atob(real.split('.')[1]!)) as object;
      const forged = btoa(JSON.stringify({ ...claims, purpose: 'register' })).replace(/=+$/, '');
      const proof = kind === 'that is forged' ? `${head}.${forged}.${signature}` : real;
      await guest.page.route('**/verify-otp', async (route) => {
        const response = await route.fetch();
        const json = { ...((await response.json()) as object), proof };
        await route.fulfill({ response, json });
      });
      await guest.open('/sign-up');
      await guest.proveNumber();
      await guest.says('The confirmation of your number has expired');
      expect(await guest.field('password').count()).toBe(0);
    });

    it('to endpoints that the element does not use', async () => {
      const guest = await arrive();
      const { nextjs } = guest.example;
      const headers = { 'Content-Type': 'application/json' };
      const send = (path: string, body: object) =>
        fetch(nextjs + path, { method: 'POST', headers, body: JSON.stringify(body) });
      const payment = { phoneNumber: guest.number.e164, purpose: 'transaction' };
      expect((await send('/verify/request-otp', payment)).status).toBe(400);
      expect((await send('/verify/proofs/spend', { proof: 'a' })).status).toBe(404);
      expect((await send('/verify/auth/login', {})).status).toBe(404);
      // The key of Harbour may do both; a browser may not.
      const byNumber = { phoneNumber: guest.number.e164, purpose: 'register', code: '123456' };
      expect((await send('/verify/verify-otp', byNumber)).status).toBe(400);
      const client = { ip: '203.0.113.9' };
      const named = { phoneNumber: guest.number.e164, purpose: 'register', client };
      expect((await send('/verify/request-otp', named)).status).toBe(400);
      expect(await guest.inbox()).toEqual([]);
      expect((await fetch(`${nextjs}/verify/../livez`)).status).toBe(404);
    });

    it('with an address that the browser has chosen', async () => {
      const guest = await arrive();
      await guest.page.setExtraHTTPHeaders({ 'X-Forwarded-For': '203.0.113.9' });
      await guest.enterPassword('not this one');
      await guest.says('The number or the password is not right');
      const sql = `SELECT DISTINCT key FROM limit_counters WHERE limit_name = 'auth-per-ip'`;
      const [row, ...others] = await guest.example.rows<{ key: string }>(sql);
      expect(row?.key).toMatch(/(^|\|)127\.0\.0\.1$/);
      expect(others).toEqual([]);
    });

    it('with a token, because page and cookies contain none, and with an ended session', async () => {
      const guest = await arrive();
      await guest.register();
      await guest.logIn();
      expect(await guest.page.evaluate('document.cookie + localStorage.length')).toBe('0');
      const cookies = await guest.page.context().cookies();
      expect(cookies.map(({ name, httpOnly, sameSite }) => ({ name, httpOnly, sameSite }))).toEqual(
        [{ name: 'session', httpOnly: true, sameSite: 'Lax' }],
      );
      expect(await guest.page.content()).not.toContain('eyJ');
      await guest.example.rows(
        `UPDATE account_sessions SET ended_at = now(), ended_by = 'logout' WHERE ended_at IS NULL`,
      );
      await guest.open('/account');
      await guest.sees('Log in');
      await guest.says('You were signed out. Log in again to continue.');
      await loginLeadsToNoOtherSite(guest);
    }, 60_000);
  });
}

async function loginLeadsToNoOtherSite(guest: Guest): Promise<void> {
  await guest.open(`/log-in?next=${encodeURIComponent('//127.0.0.2/pay')}`);
  await guest.page.evaluate(`document.querySelector('main form').insertAdjacentHTML('beforeend',
    '<input type="hidden" name="next" value="https://127.0.0.2/pay">')`);
  await guest.passLogin();
  await guest.sees('Ahoy, Ada');
  await guest.open(`/log-in?next=${encodeURIComponent('/\\127.0.0.2')}`);
  await guest.sees('Ahoy, Ada');
  expect(guest.page.url()).toMatch(/\/account$/);
}
