import { CachedLookup, MAX_AGE_MS } from '../../../../src/services/applications/cached-lookup.js';

describe('a cached value', () => {
  let now: number;
  let loads: string[][];
  let endsInMs: number | undefined;
  let lookup: CachedLookup<number>;
  beforeEach(() => {
    now = 0;
    loads = [];
    endsInMs = undefined;
    lookup = new CachedLookup(
      (ids) => {
        loads.push(ids);
        const known = ids.filter((id) => id !== 'none');
        return Promise.resolve(known.map((id) => ({ id, value: loads.length, endsInMs })));
      },
      () => now,
    );
  });
  const find = (id = 'a') => lookup.find(id);
  const loaded = () => new Promise((resolve) => setTimeout(resolve));

  test('in use is loaded again after two seconds, and nobody waits for it', async () => {
    expect(await find()).toBe(1);
    now = 1_999;
    expect([await find(), loads.length]).toEqual([1, 1]);
    now = 2_000;
    expect(await find()).toBe(1);
    await loaded();
    expect([await find(), loads.length]).toEqual([2, 2]);
  });

  test('that nobody used for four seconds is loaded before it is used', async () => {
    await find();
    now = MAX_AGE_MS;
    expect(await find()).toBe(2);
  });

  test('ends when it is out of force, and never lives longer than others', async () => {
    endsInMs = 500;
    await find();
    now = 500;
    endsInMs = 60_000;
    expect(await find()).toBe(2);
    now += MAX_AGE_MS;
    expect(await find()).toBe(3);
  });

  test('that does not exist is not asked for again within four seconds', async () => {
    expect([await find('none'), await find('none'), loads.length]).toEqual([
      undefined,
      undefined,
      1,
    ]);
    now = MAX_AGE_MS;
    await find('none');
    expect(loads).toEqual([['none'], ['none']]);
  });
});
