import { describe, expect, it } from '@jest/globals';
import { once, getStore } from '../../../examples/nextjs/lib/store.js';

interface Session {
  token: string;
  paid: boolean;
}

let made = 0;
const storeWith = async (session: Session) => {
  const store = getStore<Session>(`test ${(made += 1)}`);
  await store.set('id', session, 60);
  return store;
};

describe('store of the example', () => {
  it('keeps a change made during a refresh', async () => {
    const store = await storeWith({ token: 'old', paid: false });
    const refresh = answerLater('new').then((token) =>
      store.update('id', (now) => ({ ...now, token }), 60),
    );
    await store.update('id', (now) => ({ ...now, paid: true }), 60);
    expect(await refresh).toEqual({ token: 'new', paid: true });
    expect(await store.get('id')).toEqual({ token: 'new', paid: true });
  });

  it('keeps all of many concurrent changes', async () => {
    const store = await storeWith({ token: '', paid: false });
    const add = (now: Session) => ({ ...now, token: `${now.token}.` });
    await Promise.all(Array.from({ length: 20 }, () => store.update('id', add, 60)));
    expect((await store.get('id'))?.token).toHaveLength(20);
  });

  it('does not restore a value deleted during a refresh', async () => {
    const store = await storeWith({ token: 'old', paid: false });
    const refresh = answerLater('new').then((token) =>
      store.update('id', (now) => ({ ...now, token }), 60),
    );
    await store.delete('id');
    expect(await refresh).toBeUndefined();
    expect(await store.get('id')).toBeUndefined();
  });

  it('forgets expired values and does not change them', async () => {
    const store = await storeWith({ token: 'old', paid: false });
    await store.set('id', { token: 'old', paid: false }, 0);
    expect(await store.update('id', (now) => now, 60)).toBeUndefined();
    expect(await store.get('id')).toBeUndefined();
  });
});

describe('once', () => {
  it('shares a running call by key only', async () => {
    let runs = 0;
    const work = () => answerLater((runs += 1));
    expect(await Promise.all([once('a', work), once('a', work), once('b', work)])).toEqual([
      1, 1, 2,
    ]);
    expect(await once('a', work)).toBe(3);
  });

  it('runs again after a failure', async () => {
    await expect(once('c', () => Promise.reject(new Error('no answer')))).rejects.toThrow();
    expect(await once('c', () => answerLater('done'))).toBe('done');
  });
});

function answerLater<Answer>(answer: Answer): Promise<Answer> {
  return new Promise((resolve) => setTimeout(() => resolve(answer), 5));
}
