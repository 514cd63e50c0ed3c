import { FIELDS, bodyWith } from './support/fields.js';
import { tablesOf } from './support/footprint.js';
import { named, problemFaults } from './support/problem.js';
import { TestService, freshNumber } from '../../support/service.js';

let service: TestService;
beforeAll(async () => {
  service = await TestService.start();
});
afterAll(() => service.stop());

async function millisecondsOf(ask: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await ask();
  return performance.now() - startedAt;
}

describe('SQL', () => {
  const INJECTIONS = [
    "'",
    "''",
    '"',
    '\\',
    "\\'",
    "' OR '1'='1",
    "' OR 1=1 --",
    "'; DROP TABLE users; --",
    "'); DELETE FROM verifications; --",
    '1; SELECT pg_sleep(5)',
    "' || pg_sleep(5) || '",
    "' UNION SELECT phone_number FROM users --",
    '$1',
    '$$; SELECT 1; $$',
    ':phoneNumber',
    '?',
    '??',
    '%',
    '_',
    '/* */',
    '::jsonb',
    'E\\x27',
    '{"gt":""}',
    'a.b::text',
    '+1415555%',
    "+14155552671'--",
    "0000' OR attempts<9--",
    'NULL',
    '\\u0027',
    'ʼ; DROP TABLE users',
  ];

  test.each(FIELDS)('in %s, field %s, is treated as text', async (path, field) => {
    const tables = await tablesOf(service);
    const users = await service.rows('SELECT count(*)::int AS n FROM users');
    const faults: string[] = [];
    for (const text of INJECTIONS) {
      const startedAt = performance.now();
      const answer = await service.post(path, bodyWith(path, field, text));
      if (performance.now() - startedAt > 1000) faults.push(`${text}: slow`);
      if (field === 'reference') {
        if (answer.body['reference'] !== text) faults.push(`${text}: became ${answer.text}`);
      } else {
        faults.push(...named(text, problemFaults(answer, 400)));
      }
    }
    expect(faults).toEqual([]);
    expect(await tablesOf(service)).toEqual(tables);
    expect(await service.rows('SELECT count(*)::int AS n FROM users')).toEqual(users);
  });

  test('in a reference is stored unchanged and changes no other row', async () => {
    const others = await service.rows(
      'SELECT md5(string_agg(v::text, $1 ORDER BY id)) FROM verifications v',
      [','],
    );
    const ids: string[] = [];
    for (const reference of INJECTIONS)
      ids.push(await service.request(freshNumber(), { reference }));
    const stored = await service.rows(
      'SELECT reference FROM verifications WHERE id = ANY($1) ORDER BY array_position($1, id)',
      [ids],
    );
    expect(stored.map((row) => row['reference'])).toEqual(INJECTIONS);
    expect(
      await service.rows(
        'SELECT md5(string_agg(v::text, $1 ORDER BY id)) FROM verifications v WHERE id <> ALL($2)',
        [',', ids],
      ),
    ).toEqual(others);
  });
});

describe('text that could make patterns slow', () => {
  // Long repetitions that almost match the patterns of the fields.
  const seeds = [
    '1',
    ' ',
    '+',
    '(',
    '-',
    '.',
    '+1 ',
    'a',
    'a-',
    '-a',
    'Aa0',
    'US',
    'sv-',
    '0-',
    '\u0301',
    '👨‍👩‍👧',
    '\\',
    '"',
  ];
  const WORST = seeds.map((seed) => seed.repeat(Math.floor(4096 / Buffer.byteLength(seed))));

  test.each(FIELDS)('in %s, field %s, is validated in 20 ms', async (path, field) => {
    const slow: string[] = [];
    // Plus the baseline of this machine.
    const plain = bodyWith(path, field, '?');
    const usual: number[] = [];
    for (let i = 0; i < 5; i += 1)
      usual.push(await millisecondsOf(() => service.post(path, plain)));
    const limit = 20 + 3 * Math.max(...usual);
    for (const text of [
      ...WORST,
      ...WORST.map((worst) => `${worst}!`),
      ...WORST.map((worst) => `+1${worst}x`),
    ]) {
      const body = bodyWith(path, field, text);
      // The best of five, to filter out load of the machine.
      const best = [await millisecondsOf(() => service.post(path, body))];
      while (Math.min(...best) > limit && best.length < 5)
        best.push(await millisecondsOf(() => service.post(path, body)));
      if (Math.min(...best) > limit) slow.push(`${text.slice(0, 12)}: ${Math.min(...best)} ms`);
    }
    expect(slow).toEqual([]);
  });
});
