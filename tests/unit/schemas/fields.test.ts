import { applicationBody } from '../../../src/schemas/application.schema.js';
import { clientField } from '../../../src/schemas/common.schema.js';
import { ruleBody } from '../../../src/schemas/operator.schema.js';

/** Whether a text of each length is valid. */
const ofLengths = (lengths: readonly number[], isValid: (text: string) => boolean) =>
  lengths.map((length) => isValid('x'.repeat(length)));

test.each([
  ['userAgent', 512],
  ['deviceId', 128],
])('%s of a client has from 1 to %d characters', (name, longest) => {
  const isValid = (text: string) =>
    clientField.safeParse({ ip: '192.0.2.1', [name]: text }).success;
  expect(ofLengths([0, 1, longest, longest + 1], isValid)).toEqual([false, true, true, false]);
});

test('the note of a rule has at most 500 characters', () => {
  const isValid = (note: string) =>
    ruleBody.safeParse({ pattern: '+1415*', kind: 'block', note }).success;
  expect(ofLengths([1, 500, 501], isValid)).toEqual([true, true, false]);
});

test('a new application sets nothing unless it says so', () => {
  expect(applicationBody.parse({ name: 'shop' })).toEqual({ name: 'shop', settings: {} });
});
