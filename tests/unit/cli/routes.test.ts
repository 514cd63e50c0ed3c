import { idleContainer } from '../../../scripts/docs/openapi.js';
import { COMMANDS } from '../../../src/cli/commands.js';
import type { Route } from '../../../src/routes/route.js';

/** The operations of the API that do what a command does. */
const OPERATIONS_OF: Readonly<Record<string, string | string[]>> = {
  show: 'showVerification',
  number: 'showNumber',
  unblock: 'unblockNumber',
  block: 'putRule',
  safe: 'putRule',
  unlist: 'removeRule',
  rules: 'listRules',
  purge: 'purgeExpiredData',
  sweep: 'settleLostSends',
  erase: 'eraseUser',
  search: 'searchVerifications',
  'users show': 'getUser',
  'apps create': 'createApplication',
  'apps list': 'listApplications',
  'apps show': 'getApplication',
  'apps set': 'changeApplication',
  'keys create': 'createKey',
  'keys list': ['listKeys', 'listApplicationKeys'],
  'keys revoke': 'revokeKey',
  'webhooks create': 'createWebhook',
  'webhooks list': ['listWebhooks', 'getWebhook'],
  'webhooks rotate': 'rotateWebhookSecret',
  'webhooks disable': 'disableWebhook',
  'webhooks enable': 'enableWebhook',
  'webhooks delete': 'deleteWebhook',
  'webhooks deliveries': 'listWebhookDeliveries',
  'webhooks replay': 'replayWebhookDeliveries',
  'webhooks test': 'testWebhook',
};

let operations: Route[];
beforeAll(async () => {
  const container = await idleContainer();
  operations = container.routes.filter(({ callers }) => callers.includes('operator'));
  container.close();
  await container.db.close();
});

test('every command has a route for operator keys', () => {
  expect(Object.keys(OPERATIONS_OF).sort()).toEqual([...COMMANDS.keys()].sort());
  const served = operations.map(({ operationId }) => operationId);
  expect(
    Object.values(OPERATIONS_OF)
      .flat()
      .filter((id) => !served.includes(id)),
  ).toEqual([]);
});

test('every route for operator keys has a command', () => {
  const done = Object.values(OPERATIONS_OF).flat();
  const missing = operations.filter(({ operationId }) => !done.includes(operationId));
  expect(missing.map(({ operationId }) => operationId)).toEqual([]);
});
