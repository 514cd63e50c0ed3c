import pg from 'pg';
import { Batcher, createBatchLock } from '../../../src/database/batcher.js';

interface Item {
  id: string;
  key: string;
}

class RecordingBatcher {
  readonly batches: string[][] = [];
  readonly singles: string[] = [];
  readonly batcher: Batcher<Item, { by: string }>;
  failure: Error | undefined;
  /** Resolvers of pending statements, when they are held back. */
  pending: (() => void)[] | undefined;

  constructor(batchLock = createBatchLock()) {
    this.batcher = new Batcher<Item, { by: string }>(batchLock, {
      run: (items) => {
        const [item, ...others] = items;
        if (item && others.length === 0) {
          this.singles.push(item.id);
          const isServed = !item.id.startsWith('missing');
          return Promise.resolve(isServed ? [{ id: item.id, by: 'one' }] : []);
        }
        this.batches.push(items.map(({ id }) => id));
        if (this.pending)
          return new Promise((resolve) =>
            this.pending?.push(() => resolve(items.map(({ id }) => ({ id, by: 'late' })))),
          );
        if (this.failure) return Promise.reject(this.failure);
        const served = items.filter(
          ({ id }) => !id.startsWith('skipped') && !id.startsWith('missing'),
        );
        return Promise.resolve(served.map(({ id }) => ({ id, by: 'several' })));
      },
      keyOf: ({ key }) => key,
    });
  }

  ask(id: string, key = id): Promise<{ by: string } | undefined> {
    return this.batcher.run({ id, key });
  }

  /** In one turn of the event loop. */
  async askAll(...ids: string[]): Promise<(string | undefined)[]> {
    const rows = await Promise.all(ids.map((id) => this.ask(id)));
    return rows.map((row) => row?.by);
  }
}

const databaseError = (code: string): Error =>
  Object.assign(new pg.DatabaseError('no', 1, 'error'), { code, severity: 'ERROR' });

let batcher: RecordingBatcher;
beforeEach(() => (batcher = new RecordingBatcher()));

test('the only item of a turn is asked for alone', async () => {
  expect(await batcher.askAll('a')).toEqual(['one']);
  expect(await batcher.askAll('b')).toEqual(['one']);
  expect(batcher.batches).toEqual([]);
});

test('items of one turn share a statement, sorted by id, and the next turn follows', async () => {
  const first = batcher.askAll('c', 'a', 'b');
  await new Promise(setImmediate);
  const second = batcher.askAll('e', 'd');
  expect(await first).toEqual(['several', 'several', 'several']);
  expect(await second).toEqual(['several', 'several']);
  expect(batcher.batches).toEqual([
    ['a', 'b', 'c'],
    ['d', 'e'],
  ]);
  expect(batcher.singles).toEqual([]);
});

test('an item that the batch does not serve is asked for alone, which may return nothing', async () => {
  expect(await batcher.askAll('a', 'skipped', 'missing', 'b')).toEqual([
    ...['several', 'one', undefined, 'several'],
  ]);
  expect(batcher.singles.sort()).toEqual(['missing', 'skipped']);
});

test('items with the same key never share a statement', async () => {
  await Promise.all([
    ...[batcher.ask('a', 'x'), batcher.ask('b', 'x'), batcher.ask('c', 'x')],
    ...[batcher.ask('d', 'y'), batcher.ask('e', 'y')],
  ]);
  expect(batcher.batches).toEqual([
    ['a', 'd'],
    ['b', 'e'],
  ]);
  expect(batcher.singles).toEqual(['c']);
});

test('a statement serves at most 32 items', async () => {
  await batcher.askAll(...Array.from({ length: 70 }, (_, i) => String(i).padStart(2, '0')));
  expect(batcher.batches.map((ids) => ids.length)).toEqual([32, 32, 6]);
});

test('items wait while a batch runs and then share the next one', async () => {
  batcher.pending = [];
  const all = [];
  for (const pair of ['a b', 'c d', 'e f']) {
    all.push(batcher.askAll(...pair.split(' ')));
    await new Promise(setImmediate);
  }
  expect(batcher.batches).toEqual([['a', 'b']]);
  batcher.pending[0]!();
  expect(await all[0]).toEqual(['late', 'late']);
  await new Promise(setImmediate);
  expect(batcher.batches[1]).toEqual(['c', 'd', 'e', 'f']);
  for (const end of batcher.pending) end();
  expect((await Promise.all(all)).flat()).toEqual(Array(6).fill('late'));
});

test('several batchers run one batch at a time, in order of arrival', async () => {
  const batchLock = createBatchLock();
  const [first, second, third] = [
    new RecordingBatcher(batchLock),
    new RecordingBatcher(batchLock),
    new RecordingBatcher(batchLock),
  ];
  first.pending = [];
  const held = first.askAll('a', 'b');
  await new Promise(setImmediate);
  const others = [second.askAll('c', 'd'), third.askAll('e', 'f')];
  await new Promise(setImmediate);
  const again = first.askAll('g', 'h');
  others.push(second.askAll('i'));
  await new Promise(setImmediate);
  expect([second.batches, third.batches]).toEqual([[], []]);
  first.pending[0]!();
  expect(await held).toEqual(['late', 'late']);
  expect((await Promise.all(others)).flat()).toEqual(Array(5).fill('several'));
  expect([second.batches, third.batches]).toEqual([[['c', 'd', 'i']], [['e', 'f']]]);
  first.pending[1]!();
  expect(await again).toEqual(['late', 'late']);
});

test('a single statement does not block a batch', async () => {
  const held = new Batcher<Item, { by: string }>(createBatchLock(), {
    run: (items) =>
      items.length === 1
        ? new Promise(() => undefined)
        : Promise.resolve(items.map(({ id }) => ({ id, by: 'several' }))),
    keyOf: ({ key }) => key,
  });
  void held.run({ id: 'a', key: 'a' });
  await new Promise(setImmediate);
  const rows = await Promise.all(['b', 'c'].map((id) => held.run({ id, key: id })));
  expect(rows.map((row) => row?.by)).toEqual(['several', 'several']);
});

test('a failed batch releases its turn', async () => {
  batcher.failure = new Error('Connection terminated unexpectedly');
  for (let i = 0; i < 4; i += 1)
    await expect(batcher.askAll('a', 'b')).rejects.toThrow('Connection');
  batcher.failure = undefined;
  expect(await batcher.askAll('c', 'd')).toEqual(['several', 'several']);
});

// Limit overflow, invalid value, violated constraint.
test.each(['22P05', '23505'])(
  'a batch rolled back by one item (%s) is retried item by item',
  async (code) => {
    batcher.failure = databaseError(code);
    expect(await batcher.askAll('a', 'b')).toEqual(['one', 'one']);
    batcher.failure = undefined;
    expect(await batcher.askAll('c', 'd')).toEqual(['several', 'several']);
  },
);

// Lock not available, deadlock.
test.each(['55P03', '40P01'])(
  'after a lock conflict (%s) all items run singly for one second',
  async (code) => {
    batcher.failure = databaseError(code);
    expect(await batcher.askAll('a', 'b')).toEqual(['one', 'one']);
    batcher.failure = undefined;
    expect(await batcher.askAll('c', 'd')).toEqual(['one', 'one']);
    expect(batcher.batches).toEqual([['a', 'b']]);
    await new Promise((resolve) => setTimeout(resolve, 1_050));
    expect(await batcher.askAll('e', 'f')).toEqual(['several', 'several']);
  },
);

test('items do not wait long for a stuck batch', async () => {
  batcher.pending = [];
  const stuck = batcher.askAll('a', 'b');
  await new Promise(setImmediate);
  const begunAt = performance.now();
  expect(await batcher.askAll('g', 'h')).toEqual(['one', 'one']);
  expect(await batcher.askAll('k', 'l')).toEqual(['one', 'one']);
  expect(performance.now() - begunAt).toBeLessThan(1_000);
  for (const end of batcher.pending) end();
  expect(await stuck).toEqual(['late', 'late']);
  batcher.pending = undefined;
  expect(await batcher.askAll('i', 'j')).toEqual(['several', 'several']);
});

// Timeout, disk full, shutdown, undefined function, connection lost.
test.each([
  databaseError('57014'),
  databaseError('53100'),
  databaseError('57P01'),
  databaseError('42883'),
  new Error('Connection terminated unexpectedly'),
])('a database failure (%s) is not retried', async (failure) => {
  batcher.failure = failure;
  const outcomes = await Promise.allSettled([batcher.ask('a'), batcher.ask('b')]);
  expect(outcomes.map((one) => one.status === 'rejected' && one.reason === failure)).toEqual([
    ...[true, true],
  ]);
  expect(batcher.singles).toEqual([]);
  batcher.failure = undefined;
  expect(await batcher.askAll('c', 'd')).toEqual(['several', 'several']);
});
