import { join } from 'node:path';
import { ROOT } from '../builder.mjs';

/** Empty values override a .env file: the examples must not call a real provider. */
async function noAccounts() {
  const { ACCOUNT_RECORDS } = await import(join(ROOT, 'dist/config/accounts.js'));
  const names = ACCOUNT_RECORDS.flatMap(({ variables }) => Object.keys(variables));
  return Object.fromEntries(names.map((name) => [name, '']));
}

/** Defaults that the environment overrides. */
const USUAL = {
  CALLERS: 'keys',
  OTP_BRAND: 'Harbour',
  // One person repeats everything from one address with one number.
  LIMIT_RESEND_COOLDOWN_SECONDS: '3',
  LIMIT_SEND_PER_IP: '200/1h',
  LIMIT_CHECK_PER_IP: '600/1h',
  LIMIT_SEND_PER_PHONE: '100/1h',
  LIMIT_SEND_PER_PREFIX: '200/1h',
  LIMIT_SEND_PER_COUNTRY: '500/24h',
};

/** The service as `npm start` runs it, with accounts. Resolves with its address. */
export async function startService(children, port) {
  const env = {
    ...USUAL,
    ...process.env,
    ...(await noAccounts()),
    NODE_ENV: '',
    HOST: '127.0.0.1',
    PORT: String(port),
    ACCOUNTS: 'true',
    // The only provider whose message text we write, so that it can name a payment.
    VERIFICATION_PROVIDERS: 'local-code',
    // The Next.js server runs on this machine and forwards the client address.
    TRUST_PROXY: '127.0.0.1',
  };
  return children.serve('The service', ['dist/server.js'], { cwd: ROOT, env });
}
