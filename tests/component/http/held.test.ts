import { BAD_FOR_ALL, BAD_VALUES, touched } from './support/bad-values.js';
import { faultsOf } from './support/faults-of.js';
import { footprint } from './support/footprint.js';
import { named, problemFaults } from './support/problem.js';
import { exchange, rawPost } from './support/raw.js';
import { TestService, freshNumber } from '../../support/service.js';

let service: TestService;
let id: string;
beforeAll(async () => {
  service = await TestService.start();
  id = await service.request(freshNumber());
});
afterAll(() => service.stop());

test('a resend refuses invalid channels', async () => {
  const values = [...BAD_VALUES, ...touched('sms')];
  const { faults, before, after } = await faultsOf(
    service,
    `/verifications/${id}/resend`,
    {},
    'channel',
    values,
  );
  expect(faults).toEqual([]);
  expect(after).toEqual(before);
});

test('every operation answers a malformed id with 404', async () => {
  const before = await footprint(service);
  const faults: string[] = [];
  const odd = [
    '1',
    id.slice(1),
    `${id}0`,
    id.toUpperCase(),
    `${id}%00`,
    `${id}%0a`,
    `${id}%20`,
    `${id}'`,
    `${id};`,
    `%24gt`,
    "'%20OR%20'1'='1",
    '%F0%9F%93%B1',
    '%D9%A1'.repeat(37),
    '__proto__',
    'constructor',
    '..%2f..',
    '*',
    '%25',
  ];
  for (const one of odd) {
    for (const [method, tail] of [
      ['GET', ''],
      ['DELETE', ''],
      ['POST', '/resend'],
    ] as const) {
      const answer = await service.call(
        method,
        `/verifications/${one}${tail}`,
        method === 'POST' ? '{}' : undefined,
        {
          'content-type': 'application/json',
        },
      );
      faults.push(
        ...named(`${method} ${one}`, problemFaults(answer, 404, 'verification_not_found')),
      );
    }
  }
  expect(faults).toEqual([]);
  expect(await footprint(service)).toEqual(before);
});

test('invalid proofs are refused and never spent', async () => {
  const before = await footprint(service);
  const faults: string[] = [];
  const odd = ['a.b.c', 'eyJhbGciOiJub25lIn0.e30.', 'x'.repeat(4096), '..', '\u0000', '１２３'];
  for (const [name, proof] of [...BAD_FOR_ALL, ...odd.map((text) => [text, text] as const)]) {
    const spent = await service.post('/proofs/spend', { proof });
    faults.push(...named(name, problemFaults(spent)));
    if (![400, 401, 413].includes(spent.status)) faults.push(`${name}: ${spent.status}`);
    const read = await service.post('/proofs/introspect', { proof });
    if (read.status === 200) expect(read.body).toEqual({ active: false });
    else faults.push(...named(name, problemFaults(read)));
  }
  expect(faults).toEqual([]);
  expect(await footprint(service)).toEqual(before);
});

test('an invalid Idempotency-Key is refused before anything is sent', async () => {
  const before = await footprint(service);
  const body = JSON.stringify({ phoneNumber: freshNumber() });
  const faults: string[] = [];
  for (const key of ['', 'x'.repeat(256), '"', '"a', 'a b', 'a\tb', '\u00e9', '"a"b"', '""']) {
    const { first } = await exchange(
      service.url,
      rawPost('/request-otp', body, [`Idempotency-Key: ${key}`]),
      100,
    );
    faults.push(...named(key, problemFaults(first, 400, 'invalid_request')));
  }
  const twice = ['Idempotency-Key: aaaa', 'Idempotency-Key: bbbb'];
  const { first } = await exchange(service.url, rawPost('/request-otp', body, twice), 100);
  faults.push(...named('two keys', problemFaults(first, 400, 'invalid_request')));
  expect(faults).toEqual([]);
  expect(await footprint(service)).toEqual(before);
});
