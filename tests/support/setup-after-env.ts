import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { refuseOutsideConnections } from './refuse-outside-connections.js';

/** Variables that the shell may hold and that would change a test's configuration. */
const INHERITED = new RegExp(
  `^(${[...documentedVariables(), 'ROUTE_.*', 'SIMULATOR_.*', 'PG[A-Z]+', '(https?|all|no)_proxy'].join('|')})$`,
  'i',
);

for (const name of Object.keys(process.env)) {
  if (INHERITED.test(name)) Reflect.deleteProperty(process.env, name);
}
process.env['NODE_ENV'] = 'test';
process.env['TZ'] ??= 'UTC';

refuseOutsideConnections();

/** Every variable of the service, and its `_FILE` form. Read, because importing the schema takes longer. */
function documentedVariables(): string[] {
  const example = readFileSync(join(import.meta.dirname, '../../.env.example'), 'utf8');
  return [...example.matchAll(/^#([A-Z0-9_]+)=/gm)].map((match) => `${match[1] ?? ''}(_FILE)?`);
}

// CI machines have load spikes. Both failures are printed, and a real fault fails twice.
if (process.env['CI'] === 'true') jest.retryTimes(1, { logErrorsBeforeRetry: true });
