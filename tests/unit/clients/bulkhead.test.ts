import { Bulkhead, BulkheadFullError } from '../../../src/clients/bulkhead.js';

/** Work that the test finishes. */
function work() {
  let end: () => void = () => undefined;
  const done = new Promise<void>((resolve) => (end = resolve));
  return { begun: false, end: () => end(), done };
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

function begin(bulkhead: Bulkhead) {
  const one = work();
  const outcome = bulkhead.run(() => {
    one.begun = true;
    return one.done;
  });
  return Object.assign(one, { outcome });
}

test('limits running and waiting calls, and refuses further calls at once', async () => {
  const bulkhead = new Bulkhead(2, 3);
  const five = Array.from({ length: 5 }, () => begin(bulkhead));
  const sixth = begin(bulkhead);
  await expect(sixth.outcome).rejects.toBeInstanceOf(BulkheadFullError);
  expect(sixth.begun).toBe(false);
  expect(five.map((one) => one.begun)).toEqual([true, true, false, false, false]);
  for (const one of five) one.end();
  await Promise.all(five.map((one) => one.outcome));
});

test('admits waiting calls in the order of arrival', async () => {
  const bulkhead = new Bulkhead(1, 2);
  const [first, second, third] = [begin(bulkhead), begin(bulkhead), begin(bulkhead)];
  first.end();
  await settle();
  expect([second.begun, third.begun]).toEqual([true, false]);
  second.end();
  await settle();
  expect(third.begun).toBe(true);
  third.end();
  await third.outcome;
});

test('a failed call releases its slot', async () => {
  const bulkhead = new Bulkhead(1, 0);
  const boom = () => Promise.reject(new Error('boom'));
  await expect(bulkhead.run(boom)).rejects.toThrow('boom');
  await expect(bulkhead.run(() => Promise.resolve(7))).resolves.toBe(7);
});

test('all slots are free after all calls have finished', async () => {
  const bulkhead = new Bulkhead(2, 2);
  const four = Array.from({ length: 4 }, () => begin(bulkhead));
  for (const one of four) one.end();
  await Promise.all(four.map((one) => one.outcome));
  const again = Array.from({ length: 4 }, () => begin(bulkhead));
  await settle();
  expect(again.map((one) => one.begun)).toEqual([true, true, false, false]);
  await expect(begin(bulkhead).outcome).rejects.toBeInstanceOf(BulkheadFullError);
  for (const one of again) one.end();
  await Promise.all(again.map((one) => one.outcome));
});

test('a call that waits too long is refused, and takes no slot later', async () => {
  const bulkhead = new Bulkhead(1, 2, 30);
  const running = begin(bulkhead);
  const tooLate = begin(bulkhead);
  await expect(tooLate.outcome).rejects.toBeInstanceOf(BulkheadFullError);
  running.end();
  await running.outcome;
  expect(tooLate.begun).toBe(false);
  const next = begin(bulkhead);
  await settle();
  expect(next.begun).toBe(true);
  next.end();
  await next.outcome;
});
