import { jest } from '@jest/globals';
import { refuseOutsideConnections } from './refuse-outside-connections.js';

/** Variables that the shell may hold and that would change a test's configuration. */
const INHERITED = new RegExp(
  [
    '^(SINCH|INFOBIP|OTP|PROOF|LIMIT|ROUTE|DB|PROVIDER|VERIFICATION|VERIFY|SIMULATOR)_',
    '^(HOST|PORT|LOG_LEVEL|DATABASE_URL|REDIS_URL|TRUST_PROXY|CORS_ORIGINS|METRICS_TOKEN|ACCOUNTS)$',
    '^(RETENTION_DAYS|DOCS|SHUTDOWN_DELAY_MS|PG[A-Z]+)$',
    '^(https?|all|no)_proxy$',
  ].join('|'),
  'i',
);

for (const name of Object.keys(process.env)) {
  if (INHERITED.test(name)) Reflect.deleteProperty(process.env, name);
}
process.env['NODE_ENV'] = 'test';
process.env['TZ'] ??= 'UTC';

refuseOutsideConnections();

// CI machines have load spikes. Both failures are printed, and a real fault fails twice.
if (process.env['CI'] === 'true') jest.retryTimes(1, { logErrorsBeforeRetry: true });
