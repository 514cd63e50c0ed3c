import { setTimeout as sleep } from 'node:timers/promises';
import type { NextFunction, Request, Response } from 'express';
import { withDatabase } from '../../../../src/database/database-url.js';
import { Statements } from '../../../../src/database/statements.js';
import { newApiKey } from '../../../../src/domain/api-key.js';
import { callerGuards } from '../../../../src/middlewares/caller.js';
import { ApiKeyService } from '../../../../src/services/applications/api-key.service.js';
import { ApplicationService } from '../../../../src/services/applications/application.service.js';
import { createApplication, createKey, withKey, wrongKey } from '../../../support/applications.js';
import { testServerUrl } from '../../../support/database.js';
import { PROOF_KEY, TestService } from '../../../support/service.js';

let first: TestService;
let second: TestService;
beforeAll(async () => {
  first = await TestService.start({ CALLERS: 'keys' });
  const [row] = await first.rows('SELECT current_database() AS name');
  const url = withDatabase(testServerUrl(), String(row?.['name']));
  second = await TestService.start({ CALLERS: 'keys' }, PROOF_KEY, () => url);
});
afterAll(async () => {
  await second.stop();
  await first.stop();
});

/** Counts the statements of the look-up. */
function countedKeys(): { keys: ApiKeyService; count: () => number } {
  const statements = new Statements(first.connections);
  const all = statements.all.bind(statements);
  let count = 0;
  statements.all = (sql, bind) => {
    count += 1;
    return all(sql, bind);
  };
  return { keys: new ApiKeyService(statements), count: () => count };
}

const medianOf = (values: number[]) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)]!;

test('a revoked key is refused by every process within five seconds', async () => {
  const { backend, secretKey } = await createApplication(first, 'revoked');
  const statusOf = async ({ url }: TestService) =>
    (await fetch(`${url}/verifications/${'0'.repeat(37)}`, { headers: backend })).status;
  expect(await Promise.all([statusOf(first), statusOf(second)])).toEqual([404, 404]);
  await new ApiKeyService(new Statements(first.connections)).revoke(secretKey.slice(0, 22));
  const revokedAt = performance.now();
  // In use all the time, so that the cache is refreshed as under load.
  while ((await statusOf(first)) === 404 || (await statusOf(second)) === 404) await sleep(50);
  expect(performance.now() - revokedAt).toBeLessThan(5_000);
});

test('10,000 wrong keys a second send ten statements and delay no honest caller', async () => {
  const { secretKey } = await createApplication(first, 'flooded');
  const { keys, count } = countedKeys();
  await keys.identify(secretKey);
  await sleep(600);
  const wrong = Array.from({ length: 10_000 }, () => newApiKey('secret'));
  const before = count();
  const honest: number[] = [];
  const refused: Promise<unknown>[] = [];
  const startedAt = performance.now();
  for (let tick = 0; tick < 100; tick += 1) {
    const batch = wrong.slice(tick * 100, (tick + 1) * 100);
    refused.push(...batch.map((key) => keys.identify(key)));
    const askedAt = performance.now();
    expect(await keys.identify(secretKey)).toBeDefined();
    honest.push(performance.now() - askedAt);
    await sleep(Math.max(0, startedAt + (tick + 1) * 10 - performance.now()));
  }
  const seconds = (performance.now() - startedAt) / 1000;
  expect(count() - before).toBeLessThanOrEqual(Math.ceil(seconds * 10) + 1);
  expect(new Set(await Promise.all(refused))).toEqual(new Set([undefined]));
  expect(honest.sort((a, b) => a - b)[98]).toBeLessThan(50);
});

test('no key in use costs a statement a request', async () => {
  const { secretKey } = await createApplication(first, 'steady');
  const { keys, count } = countedKeys();
  for (let i = 0; i < 1000; i += 1) await keys.identify(secretKey);
  expect(count()).toBeLessThanOrEqual(2);
});

test('every refusal takes the same time', async () => {
  const shop = await createApplication(first, 'timed');
  const { keys } = countedKeys();
  const applications = new ApplicationService(new Statements(first.connections), 'proofline');
  const rules = { isOpen: false, isDevelopment: true };
  const guards = callerGuards(
    { identify: (key) => keys.identify(key), stranger: () => applications.stranger() },
    rules,
  );
  const admit = guards.admit('requestOtp', ['secret']);
  const [revoked, expired] = [
    await createKey(first, 'secret', shop.id),
    await createKey(first, 'secret', shop.id, new Date(Date.now() - 1000)),
  ];
  await keys.revoke(revoked.slice(0, 22));
  await keys.identify(shop.secretKey);
  const kinds: Record<string, () => string> = {
    unknown: () => newApiKey('secret'),
    wrong: () => wrongKey(shop.secretKey),
    revoked: () => revoked,
    expired: () => expired,
    misspelt: () => `${shop.secretKey.slice(0, -1)}-`,
  };
  const times = new Map(Object.keys(kinds).map((kind) => [kind, [] as number[]]));
  const sample = async (kind: string) => {
    const { authorization } = withKey(kinds[kind]!());
    const req = { get: (name: string) => (name === 'authorization' ? authorization : undefined) };
    const startedAt = performance.now();
    const admitted = admit(
      req as unknown as Request,
      { set: () => undefined } as unknown as Response,
      (() => undefined) as NextFunction,
    );
    await expect(admitted).rejects.toMatchObject({ code: 'key_invalid' });
    times.get(kind)!.push(performance.now() - startedAt);
  };
  for (let round = 0; round < 10; round += 1) {
    await Promise.all(Array.from({ length: 20 }, () => Object.keys(kinds).map(sample)).flat());
  }
  const medians = [...times.values()].map(medianOf);
  expect(Math.max(...medians) - Math.min(...medians)).toBeLessThan(2);
});
