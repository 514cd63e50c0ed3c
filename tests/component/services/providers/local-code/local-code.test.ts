import { createHash } from 'node:crypto';
import {
  LocalCodeService,
  randomCode,
} from '../../../../../src/services/providers/local-code/local-code.service.js';
import { ProviderError } from '../../../../../src/errors/provider-error.js';
import type { CheckSubject, StartRequest } from '../../../../../src/services/providers/provider.js';
import { StoreUnavailableError, type CodeStore } from '../../../../../src/stores/code-store.js';
import {
  describeRig,
  startRig,
  type ProviderRig,
  type RigName,
} from '../../../../support/provider-rig.js';
import { freshNumber } from '../../../../support/service.js';

const START: StartRequest = {
  verificationId: 'v1',
  phoneNumber: '+14155550100',
  purpose: 'login',
  channel: 'sms',
  locale: null,
  sendReference: 's1',
  ttlSeconds: 300,
  expiresAt: new Date(Date.now() + 300_000),
  timeoutMs: 30_000,
};
const PAYMENT = { amount: '39.99', currency: 'EUR', payee: 'Harbour Bank' };
const SUBJECT: CheckSubject = { ...START, id: 'v1', providerReference: null };

/** An in-memory code store. */
class MapStore implements CodeStore {
  readonly kept = new Map<string, Buffer>();
  isAway = false;

  put(key: string, hash: Buffer): Promise<void> {
    return this.answer(() => void this.kept.set(key, hash));
  }

  find(key: string): Promise<Buffer | undefined> {
    return this.answer(() => this.kept.get(key));
  }

  private answer<T>(work: () => T): Promise<T> {
    return this.isAway ? Promise.reject(new StoreUnavailableError()) : Promise.resolve(work());
  }
}

function localCode(store: CodeStore, secrets: string[], sent: string[] = []): LocalCodeService {
  const sender = {
    name: 'paper',
    send: ({ text }: { text: string }) => {
      sent.push(text);
      return Promise.resolve({ messageId: 'm1' });
    },
  };
  return new LocalCodeService(sender, store, {
    secrets,
    length: 6,
    render: ({ code }) => code,
  });
}

describe('our own codes', () => {
  test('are uniform in every position, including leading zeros', () => {
    const counts = Array.from({ length: 6 }, () => new Array<number>(10).fill(0));
    const total = 100_000;
    for (let i = 0; i < total; i += 1) {
      const code = randomCode(6);
      expect(code).toMatch(/^[0-9]{6}$/);
      counts.forEach((place, i) => (place[Number(code[i])]! += 1));
    }
    const chiSquares = counts.map((place) =>
      place.reduce((sum, n) => sum + (n - total / 10) ** 2 / (total / 10), 0),
    );
    // p > 0.0001 with 9 degrees of freedom. A byte modulo 10 would give hundreds.
    expect(Math.max(...chiSquares)).toBeLessThan(33.72);
  });

  test('can have ten digits', () => {
    expect(randomCode(10)).toMatch(/^[0-9]{10}$/);
  });

  test.each([
    ['another verification', { id: 'v2' }],
    ['another number', { phoneNumber: '+14155550101' }],
    ['another purpose', { purpose: 'transaction' }],
  ])('are invalid for %s, even for the same send', async (_what, changes) => {
    const sent: string[] = [];
    const provider = localCode(new MapStore(), ['a'.repeat(32)], sent);
    await provider.start(START);
    const code = sent[0]!;
    expect(await provider.check({ ...SUBJECT, ...changes }, code)).toEqual({
      approved: false,
      reason: 'wrong_code',
    });
    expect(await provider.check(SUBJECT, code)).toEqual({ approved: true });
  });

  test.each([
    ['another payee', { ...PAYMENT, payee: 'Harbour Bank Ltd' }],
    ['another amount', { ...PAYMENT, amount: '39.90' }],
    ['another currency', { ...PAYMENT, currency: 'SEK' }],
    ['no payment', null],
  ])('for a payment are invalid for %s', async (_what, binding) => {
    const sent: string[] = [];
    const provider = localCode(new MapStore(), ['a'.repeat(32)], sent);
    await provider.start({ ...START, binding: PAYMENT });
    const code = sent[0]!;
    expect(await provider.check({ ...SUBJECT, binding }, code)).toEqual({
      approved: false,
      reason: 'wrong_code',
    });
    expect(await provider.check({ ...SUBJECT, binding: PAYMENT }, code)).toEqual({
      approved: true,
    });
  });

  test('survive a rotation of the secret, but not its removal', async () => {
    const [old, fresh] = ['o'.repeat(32), 'n'.repeat(32)];
    const [store, sent]: [MapStore, string[]] = [new MapStore(), []];
    await localCode(store, [old], sent).start(START);
    const code = sent[0]!;
    expect(await localCode(store, [fresh]).check(SUBJECT, code)).toMatchObject({ approved: false });
    expect(await localCode(store, [fresh, old]).check(SUBJECT, code)).toEqual({ approved: true });
  });

  test('are not sent when they cannot be stored', async () => {
    const [store, sent]: [MapStore, string[]] = [new MapStore(), []];
    store.isAway = true;
    const failure = await localCode(store, ['a'.repeat(32)], sent)
      .start(START)
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ProviderError);
    expect(failure).toMatchObject({ kind: 'unreachable', didNothing: true });
    expect(sent).toEqual([]);
  });
});

for (const name of ['local-code on Postgres', 'local-code on Redis'] as const) {
  describeRig(name)(name, () => keeps(name));
}

function keeps(name: RigName): void {
  let rig: ProviderRig;
  beforeAll(async () => {
    rig = await startRig(name, { OTP_BRAND: 'Harbour Bank', OTP_ORIGIN: 'example.com' });
  });
  afterAll(() => rig.stop());

  test('returns the code length and names the brand in the message', async () => {
    const number = freshNumber();
    const answer = await rig.service.post('/request-otp', { phoneNumber: number, locale: 'sv-SE' });
    expect(answer.body['codeLength']).toBe(6);
    const [message] = rig.simulator.inbox.list(number);
    expect(message?.text).toContain('Harbour Bank');
    expect(message?.text.split('\n').at(-1)).toBe(`@example.com #${rig.codeFor(number)}`);
  });

  test('stores no code in Postgres, in plain text or as an unkeyed hash', async () => {
    const numbers = Array.from({ length: 20 }, freshNumber);
    for (const number of numbers) await rig.service.request(number);
    const tables = await rig.service.rows(
      `SELECT relname AS name FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace`,
    );
    // Timestamps are excluded: their microseconds may contain the code.
    const everything = `to_jsonb(line) - ARRAY(SELECT key FROM jsonb_object_keys(to_jsonb(line)) AS key WHERE key LIKE '%\\_at')`;
    const lines = [];
    for (const { name: table } of tables) {
      const rows = await rig.service.rows(
        `SELECT (${everything})::text AS text FROM "${String(table)}" AS line`,
      );
      lines.push(...rows.map(({ text }) => String(text)));
    }
    const dump = lines.join('\n');
    expect(dump).toContain(numbers[0]);
    for (const number of numbers) {
      const code = rig.codeFor(number);
      expect(dump).not.toMatch(new RegExp(`(?<![0-9a-f])${code}(?![0-9a-f])`));
      for (const text of [code, number + code, code + number]) {
        for (const hash of ['md5', 'sha1', 'sha224', 'sha256']) {
          expect(dump).not.toContain(createHash(hash).update(text).digest('hex'));
        }
      }
    }
  });
}
