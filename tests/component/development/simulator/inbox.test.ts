import { Inbox } from '../../../../src/development/simulator/inbox.js';
import { send, startTestSimulator, type TestSimulator } from './harness.js';

const ALICE = '+14155550101';
const BOB = '+46700000102';

describe('the inbox of the simulated phones', () => {
  let simulator: TestSimulator;

  beforeEach(async () => {
    simulator = await startTestSimulator();
    for (const endpoint of [ALICE, BOB, ALICE]) {
      await simulator.start({ identity: { type: 'number', endpoint } });
    }
  });
  afterEach(() => simulator.close());

  const read = async (query = '') => {
    const answer = await send(simulator.url, { method: 'GET', path: `/simulator/inbox${query}` });
    return answer as unknown as { status: number; headers: Headers; body: { to: string }[] };
  };

  it('lists all messages newest first, in the documented shape', async () => {
    const { body, headers } = await read();
    expect(body.map(({ to }) => to)).toEqual([ALICE, BOB, ALICE]);
    expect(body).toEqual(simulator.inbox.list());
    expect(Object.keys(body[0]!).sort()).toEqual([
      'channel',
      'code',
      'id',
      'receivedAt',
      'text',
      'to',
    ]);
    expect(headers.get('cache-control')).toBe('no-store');
  });

  it.each([`?to=%2B14155550101`, `?to=+14155550101`, `?to=%2014155550101`])(
    'lists the messages of one phone for %s',
    async (query) => {
      const { body } = await read(query);
      expect(body.map(({ to }) => to)).toEqual([ALICE, ALICE]);
    },
  );

  it('is empty for a phone that received nothing', async () => {
    expect((await read('?to=%2B14155550199')).body).toEqual([]);
  });

  it('refuses two numbers in one query', async () => {
    expect((await read('?to=a&to=b')).status).toBe(400);
  });

  it('can be cleared', async () => {
    const path = '/simulator/inbox';
    expect((await send(simulator.url, { method: 'DELETE', path })).status).toBe(204);
    expect((await read()).body).toEqual([]);
  });

  it('drops the oldest beyond its capacity', () => {
    const inbox = new Inbox(2);
    for (const text of ['first', 'second', 'third']) {
      inbox.add({ to: ALICE, channel: 'sms', text, code: null });
    }
    expect(inbox.list().map(({ text }) => text)).toEqual(['third', 'second']);
  });
});
