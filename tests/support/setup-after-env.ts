import { jest } from '@jest/globals';
import { refuseOutsideConnections } from './refuse-outside-connections.js';

/** Variables of ours or of proxies that the shell may hold; a test that needs one gives it itself. */
const FOREIGN = new RegExp(
  [
    '^(SINCH|INFOBIP|OTP|PROOF|LIMIT|ROUTE|DB|PROVIDER|VERIFICATION|VERIFY|SIMULATOR)_',
    '^(HOST|PORT|LOG_LEVEL|DATABASE_URL|REDIS_URL|TRUST_PROXY|CORS_ORIGINS|METRICS_TOKEN|ACCOUNTS)$',
    '^(RETENTION_DAYS|DOCS|SHUTDOWN_DELAY_MS|PG[A-Z]+)$',
    '^(https?|all|no)_proxy$',
  ].join('|'),
  'i',
);

for (const name of Object.keys(process.env)) {
  if (FOREIGN.test(name)) Reflect.deleteProperty(process.env, name);
}
process.env['NODE_ENV'] = 'test';
process.env['TZ'] ??= 'UTC';

refuseOutsideConnections();

// A shared machine may be busy elsewhere for a moment. What failed is printed, and a real fault fails twice.
if (process.env['CI'] === 'true') jest.retryTimes(1, { logErrorsBeforeRetry: true });
