import pg from 'pg';
import { Batcher, createBatchLock } from '../../../src/database/batcher.js';

interface Item {
  id: string;
  key: string;
}

/** Statements that note who was served together, and who alone. */
class Desk {
  readonly together: string[][] = [];
  readonly alone: string[] = [];
  readonly batcher: Batcher<Item, { by: string }>;
  trouble: Error | undefined;
  /** Ends of statements that wait to be told, if they do. */
  slow: (() => void)[] | undefined;

  constructor(batchLock = createBatchLock()) {
    this.batcher = new Batcher<Item, { by: string }>(batchLock, {
      run: (items) => {
        const [item, ...others] = items;
        if (item && others.length === 0) {
          this.alone.push(item.id);
          const isServed = !item.id.startsWith('nobody');
          return Promise.resolve(isServed ? [{ id: item.id, by: 'one' }] : []);
        }
        this.together.push(items.map(({ id }) => id));
        if (this.slow)
          return new Promise((resolve) =>
            this.slow?.push(() => resolve(items.map(({ id }) => ({ id, by: 'late' })))),
          );
        if (this.trouble) return Promise.reject(this.trouble);
        const served = items.filter(({ id }) => !id.startsWith('odd') && !id.startsWith('nobody'));
        return Promise.resolve(served.map(({ id }) => ({ id, by: 'several' })));
      },
      keyOf: ({ key }) => key,
    });
  }

  ask(id: string, key = id): Promise<{ by: string } | undefined> {
    return this.batcher.run({ id, key });
  }

  /** In one turn; who served each. */
  async askAll(...ids: string[]): Promise<(string | undefined)[]> {
    const rows = await Promise.all(ids.map((id) => this.ask(id)));
    return rows.map((row) => row?.by);
  }
}

const refusedBy = (code: string): Error =>
  Object.assign(new pg.DatabaseError('no', 1, 'error'), { code, severity: 'ERROR' });

let desk: Desk;
beforeEach(() => (desk = new Desk()));

test('one that nobody joins in its turn is asked for alone', async () => {
  expect(await desk.askAll('a')).toEqual(['one']);
  expect(await desk.askAll('b')).toEqual(['one']);
  expect(desk.together).toEqual([]);
});

test('those of one turn go together, in the order of their ids, and those of the next one after them', async () => {
  const first = desk.askAll('c', 'a', 'b');
  await new Promise(setImmediate);
  const second = desk.askAll('e', 'd');
  expect(await first).toEqual(['several', 'several', 'several']);
  expect(await second).toEqual(['several', 'several']);
  expect(desk.together).toEqual([
    ['a', 'b', 'c'],
    ['d', 'e'],
  ]);
  expect(desk.alone).toEqual([]);
});

test('whoever was not served is asked for alone, and may get nothing there either', async () => {
  expect(await desk.askAll('a', 'odd', 'nobody', 'b')).toEqual([
    ...['several', 'one', undefined, 'several'],
  ]);
  expect(desk.alone.sort()).toEqual(['nobody', 'odd']);
});

test('two of one key are never in the same statement', async () => {
  await Promise.all([
    ...[desk.ask('a', 'x'), desk.ask('b', 'x'), desk.ask('c', 'x')],
    ...[desk.ask('d', 'y'), desk.ask('e', 'y')],
  ]);
  expect(desk.together).toEqual([
    ['a', 'd'],
    ['b', 'e'],
  ]);
  expect(desk.alone).toEqual(['c']);
});

test('no statement is for more than 32', async () => {
  await desk.askAll(...Array.from({ length: 70 }, (_, i) => String(i).padStart(2, '0')));
  expect(desk.together.map((ids) => ids.length)).toEqual([32, 32, 6]);
});

test('while one is under way the others wait, and go together when it ends', async () => {
  desk.slow = [];
  const all = [];
  for (const pair of ['a b', 'c d', 'e f']) {
    all.push(desk.askAll(...pair.split(' ')));
    await new Promise(setImmediate);
  }
  expect(desk.together).toEqual([['a', 'b']]);
  desk.slow[0]!();
  expect(await all[0]).toEqual(['late', 'late']);
  await new Promise(setImmediate);
  expect(desk.together[1]).toEqual(['c', 'd', 'e', 'f']);
  for (const end of desk.slow) end();
  expect((await Promise.all(all)).flat()).toEqual(Array(6).fill('late'));
});

test('of several batchers one common statement is under way, in the order in which they asked for it', async () => {
  const batchLock = createBatchLock();
  const [first, second, third] = [new Desk(batchLock), new Desk(batchLock), new Desk(batchLock)];
  first.slow = [];
  const held = first.askAll('a', 'b');
  await new Promise(setImmediate);
  const others = [second.askAll('c', 'd'), third.askAll('e', 'f')];
  await new Promise(setImmediate);
  const again = first.askAll('g', 'h');
  others.push(second.askAll('i'));
  await new Promise(setImmediate);
  expect([second.together, third.together]).toEqual([[], []]);
  first.slow[0]!();
  expect(await held).toEqual(['late', 'late']);
  expect((await Promise.all(others)).flat()).toEqual(Array(5).fill('several'));
  expect([second.together, third.together]).toEqual([[['c', 'd', 'i']], [['e', 'f']]]);
  first.slow[1]!();
  expect(await again).toEqual(['late', 'late']);
});

test('one that is alone keeps nobody waiting', async () => {
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

test('a failure frees its place, too', async () => {
  desk.trouble = new Error('Connection terminated unexpectedly');
  for (let i = 0; i < 4; i += 1) await expect(desk.askAll('a', 'b')).rejects.toThrow('Connection');
  desk.trouble = undefined;
  expect(await desk.askAll('c', 'd')).toEqual(['several', 'several']);
});

// A value, a constraint.
test.each(['22P05', '23505'])(
  'what was undone for the sake of one (%s) is asked for one by one',
  async (code) => {
    desk.trouble = refusedBy(code);
    expect(await desk.askAll('a', 'b')).toEqual(['one', 'one']);
    desk.trouble = undefined;
    expect(await desk.askAll('c', 'd')).toEqual(['several', 'several']);
  },
);

// A row that somebody holds, a deadlock.
test.each(['55P03', '40P01'])(
  'and where another transaction was in the way (%s) so is all of the next second',
  async (code) => {
    desk.trouble = refusedBy(code);
    expect(await desk.askAll('a', 'b')).toEqual(['one', 'one']);
    desk.trouble = undefined;
    expect(await desk.askAll('c', 'd')).toEqual(['one', 'one']);
    expect(desk.together).toEqual([['a', 'b']]);
    await new Promise((resolve) => setTimeout(resolve, 1_050));
    expect(await desk.askAll('e', 'f')).toEqual(['several', 'several']);
  },
);

test('nobody waits long for those under way', async () => {
  desk.slow = [];
  const stuck = desk.askAll('a', 'b');
  await new Promise(setImmediate);
  const begunAt = performance.now();
  expect(await desk.askAll('g', 'h')).toEqual(['one', 'one']);
  expect(await desk.askAll('k', 'l')).toEqual(['one', 'one']);
  expect(performance.now() - begunAt).toBeLessThan(1_000);
  for (const end of desk.slow) end();
  expect(await stuck).toEqual(['late', 'late']);
  desk.slow = undefined;
  expect(await desk.askAll('i', 'j')).toEqual(['several', 'several']);
});

// Too slow, no room on the disk, shutting down, a function that is not there, the connection gone.
test.each([
  refusedBy('57014'),
  refusedBy('53100'),
  refusedBy('57P01'),
  refusedBy('42883'),
  new Error('Connection terminated unexpectedly'),
])('where the database could not work (%s) nobody is asked for twice', async (trouble) => {
  desk.trouble = trouble;
  const outcomes = await Promise.allSettled([desk.ask('a'), desk.ask('b')]);
  expect(outcomes.map((one) => one.status === 'rejected' && one.reason === trouble)).toEqual([
    ...[true, true],
  ]);
  expect(desk.alone).toEqual([]);
  desk.trouble = undefined;
  expect(await desk.askAll('c', 'd')).toEqual(['several', 'several']);
});
