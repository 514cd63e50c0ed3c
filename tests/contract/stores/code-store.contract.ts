import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { CodeStore } from '../../../src/stores/code-store.js';
import { timed } from '../../support/redis-client.js';

const RACER = fileURLToPath(new URL('./code-store-racer.ts', import.meta.url));

/** A store under test and its backend. */
export interface StoreRig {
  store: CodeStore;
  /** The same store over another connection. */
  other: CodeStore;
  /** Arguments of the racer process. */
  racer: [kind: 'redis' | 'postgres', url: string];
  loseEverything(): Promise<unknown>;
  /** A dump of all stored data. */
  dump(): Promise<string>;
  freeze(): void;
  unfreeze(): void;
  stop(): Promise<void>;
}

const times = (count: number) => Array.from({ length: count }, (_, i) => i);
const newKey = () => randomBytes(16).toString('base64url');
const newHash = () => randomBytes(32);
/** Number of calls that consumed the key. A busy store may reject some calls without executing them. */
const winsOf = (answers: readonly PromiseSettledResult<boolean>[]) =>
  answers.filter((answer) => answer.status === 'fulfilled' && answer.value).length;

/**
 * The contract of every code store.
 * @param timeoutMs maximum time until an unreachable store rejects
 */
export function codeStoreContract(start: () => Promise<StoreRig>, timeoutMs: number): void {
  let rig: StoreRig;
  let store: CodeStore;
  beforeAll(async () => {
    rig = await start();
    store = rig.store;
  });
  afterAll(() => rig.stop());

  test('stores a hash unchanged, for all connections', async () => {
    const [key, hash] = [newKey(), Buffer.from([0, 255, 10, 13, 39, 92, 0, 128, 195, 40])];
    await store.put(key, hash, 60);
    expect(await store.find(key)).toEqual(hash);
    expect(await rig.other.find(key)).toEqual(hash);
    expect(await store.find(key)).toEqual(hash);
  });

  test('can be consumed once', async () => {
    const [key, hash] = [newKey(), newHash()];
    await store.put(key, hash, 60);
    expect(await rig.other.consume(key, hash)).toBe(true);
    expect(await store.consume(key, hash)).toBe(false);
    expect(await store.find(key)).toBeUndefined();
    expect(await rig.other.find(key)).toBeUndefined();
  });

  test('does not find an unknown key', async () => {
    expect(await store.find(newKey())).toBeUndefined();
    expect(await store.consume(newKey(), newHash())).toBe(false);
    const [key, hash] = [newKey(), newHash()];
    await store.put(key, hash, 60);
    for (const near of [key.toUpperCase(), `${key} `, key.slice(1), `${key}*`, '*', '']) {
      if (near !== key) expect(await store.find(near)).toBeUndefined();
    }
  });

  test('is not consumed with a wrong hash', async () => {
    const [key, hash] = [newKey(), newHash()];
    await store.put(key, hash, 60);
    const wrong = Buffer.from(hash);
    wrong[31]! ^= 1;
    for (const other of [wrong, newHash(), hash.subarray(0, 31), Buffer.alloc(0)]) {
      expect(await store.consume(key, other)).toBe(false);
    }
    expect(await store.find(key)).toEqual(hash);
    expect(await store.consume(key, hash)).toBe(true);
  });

  test('refuses a second hash for a key', async () => {
    const [key, first, second] = [newKey(), newHash(), newHash()];
    await store.put(key, first, 60);
    await expect(store.put(key, second, 60)).rejects.toThrow();
    expect(await store.find(key)).toEqual(first);
  });

  test('does not find an expired key', async () => {
    const [key, hash, longer] = [newKey(), newHash(), newKey()];
    await store.put(key, hash, 1);
    await store.put(longer, hash, 60);
    expect(await store.find(key)).toEqual(hash);
    await sleep(1_100);
    expect(await store.find(key)).toBeUndefined();
    expect(await store.consume(key, hash)).toBe(false);
    expect(await store.find(longer)).toEqual(hash);
  });

  test('of 500 concurrent calls over two connections, one consumes the key', async () => {
    for (const _ of times(3)) {
      const [key, hash] = [newKey(), newHash()];
      await store.put(key, hash, 60);
      const answers = await Promise.allSettled(
        times(500).map((i) => (i % 2 === 0 ? store : rig.other).consume(key, hash)),
      );
      expect(winsOf(answers)).toBe(1);
      expect(answers.filter(({ status }) => status === 'fulfilled').length).toBeGreaterThan(50);
    }
  }, 60_000);

  test('of 500 concurrent calls in two processes, one consumes the key', async () => {
    const [key, hash] = [newKey(), newHash()];
    await store.put(key, hash, 60);
    const racers = times(2).map(() => race([...rig.racer, key, hash.toString('hex'), '250']));
    await Promise.all(racers.map((racer) => racer.ready));
    for (const racer of racers) racer.go();
    const wins = await Promise.all(racers.map((racer) => racer.wins));
    expect(wins.reduce((sum, count) => sum + count, 0)).toBe(1);
  }, 60_000);

  test('contains only the stored hashes and keys', async () => {
    const [key, hash] = [newKey(), newHash()];
    await store.put(key, hash, 60);
    const dump = await rig.dump();
    expect(dump).toContain(hash.toString('hex'));
    expect(dump).toContain(key);
    await store.consume(key, hash);
    expect(await rig.dump()).not.toContain(hash.toString('hex'));
  });

  test('finds nothing after its data is lost', async () => {
    const [key, hash] = [newKey(), newHash()];
    await store.put(key, hash, 60);
    await rig.loseEverything();
    expect(await store.find(key)).toBeUndefined();
    expect(await store.consume(key, hash)).toBe(false);
    await store.put(key, hash, 60);
    expect(await store.consume(key, hash)).toBe(true);
  });

  test('rejects in time while unreachable, and recovers', async () => {
    const [key, hash] = [newKey(), newHash()];
    await store.put(key, hash, 60);
    rig.freeze();
    try {
      const all = await Promise.all([
        timed(store.find(key)),
        timed(store.put(newKey(), hash, 60)),
        timed(store.consume(newKey(), hash)),
      ]);
      for (const { error, tookMs } of all) {
        expect(error).toBeInstanceOf(Error);
        expect(tookMs).toBeLessThan(timeoutMs);
      }
    } finally {
      rig.unfreeze();
    }
    const until = performance.now() + 8_000;
    let found: Buffer | undefined;
    while (!found && performance.now() < until) {
      found = await store.find(key).catch(() => sleep(50, undefined));
    }
    expect(found).toEqual(hash);
    expect(await store.consume(key, hash)).toBe(true);
  });
}

/** A process that consumes one key many times concurrently, on command. */
function race(given: string[]): { ready: Promise<unknown>; go(): void; wins: Promise<number> } {
  const child = spawn(process.execPath, ['--import', 'tsx', RACER, ...given], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
  return {
    ready: Promise.race([
      once(child.stdout, 'data'),
      once(child, 'close').then(() => Promise.reject(new Error('the racer fell'))),
    ]),
    go: () => child.stdin.end('go\n'),
    wins: once(child, 'close').then(() => Number(/wins (\d+)/.exec(said)?.[1])),
  };
}
