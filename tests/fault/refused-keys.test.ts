import { setTimeout as sleep } from 'node:timers/promises';
import { newApiKey } from '../../src/domain/api-key.js';
import { ApiKeyService } from '../../src/services/applications/api-key.service.js';
import { Statements } from '../../src/database/statements.js';
import { createApplication, createKey, withKey, wrongKey } from '../support/applications.js';
import { TestService } from '../support/service.js';

const SAMPLES = Number(process.env['FAULT_KEY_SAMPLES'] ?? 20);
const PER_ROUND = 4;
/** Between two requests, so that they do not wait for each other. */
const STEP_MS = 12;
const MAX_DIFFERENCE_MS = 2;

let service: TestService;
beforeAll(async () => {
  service = await TestService.start({ CALLERS: 'keys' });
});
afterAll(() => service.stop());

const medianOf = (values: number[]) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;

test('refused keys of all kinds get one body, at the same time', async () => {
  const { id, secretKey } = await createApplication(service, 'shop');
  const revoked = await createKey(service, 'secret', id);
  await new ApiKeyService(new Statements(service.connections)).revoke(revoked.slice(0, 22));
  const expired = await createKey(service, 'secret', id, new Date(Date.now() - 1000));
  const kinds: (() => string)[] = [
    () => newApiKey('secret'),
    () => wrongKey(secretKey),
    () => revoked,
    () => expired,
    () => `${secretKey.slice(0, -1)}-`,
  ];
  const bodies = new Set<string>();
  const timed = async (key: string) => {
    const startedAt = performance.now();
    const { status, body } = await service.post('/request-otp', {}, withKey(key));
    const passedMs = performance.now() - startedAt;
    const { requestId: _id, instance: _instance, ...rest } = body;
    bodies.add(JSON.stringify([status, rest]));
    return passedMs;
  };
  const difference = async () => {
    const times: number[][] = kinds.map(() => []);
    for (let round = 0; round < SAMPLES / PER_ROUND; round += 1) {
      // Each kind is asked first as often as last.
      const order = Array.from(
        { length: PER_ROUND * kinds.length },
        (_, i) => (i + round) % kinds.length,
      );
      await Promise.all(
        order.map(async (kind, place) => {
          await sleep(place * STEP_MS);
          times[kind]?.push(await timed(kinds[kind]?.() ?? ''));
        }),
      );
    }
    const medians = times.map(medianOf);
    return Math.max(...medians) - Math.min(...medians);
  };
  const first = await difference();
  // Another process can disturb one of them.
  const least = first < MAX_DIFFERENCE_MS ? first : Math.min(first, await difference());
  expect(least).toBeLessThan(MAX_DIFFERENCE_MS);
  expect([...bodies]).toEqual([expect.stringMatching(/^\[401,.*"key_invalid"/)]);
}, 120_000);
