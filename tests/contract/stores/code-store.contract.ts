import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CodeStore } from '../../../src/stores/code-store.js';
import { timed } from '../../support/redis-client.js';

/** A store under test and its backend. */
export interface StoreRig {
  store: CodeStore;
  /** The same store over another connection. */
  other: CodeStore;
  loseEverything(): Promise<unknown>;
  /** A dump of all stored data. */
  dump(): Promise<string>;
  freeze(): void;
  unfreeze(): void;
  stop(): Promise<void>;
}

const newKey = () => randomBytes(16).toString('base64url');
const newHash = () => randomBytes(32);
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

  test('does not find an unknown key', async () => {
    expect(await store.find(newKey())).toBeUndefined();
    const [key, hash] = [newKey(), newHash()];
    await store.put(key, hash, 60);
    for (const near of [key.toUpperCase(), `${key} `, key.slice(1), `${key}*`, '*', '']) {
      if (near !== key) expect(await store.find(near)).toBeUndefined();
    }
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
    expect(await store.find(longer)).toEqual(hash);
  });

  test('contains only the stored hashes and keys', async () => {
    const [key, hash] = [newKey(), newHash()];
    await store.put(key, hash, 60);
    const dump = await rig.dump();
    expect(dump).toContain(hash.toString('hex'));
    expect(dump).toContain(key);
  });

  test('finds nothing after its data is lost', async () => {
    const [key, hash] = [newKey(), newHash()];
    await store.put(key, hash, 60);
    await rig.loseEverything();
    expect(await store.find(key)).toBeUndefined();
    await store.put(key, hash, 60);
    expect(await store.find(key)).toEqual(hash);
  });

  test('rejects in time while unreachable, and recovers', async () => {
    const [key, hash] = [newKey(), newHash()];
    await store.put(key, hash, 60);
    rig.freeze();
    try {
      const all = await Promise.all([timed(store.find(key)), timed(store.put(newKey(), hash, 60))]);
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
  });
}
