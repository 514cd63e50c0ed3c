import { newVerificationId } from '../../../../src/domain/verification-id.js';
import { ArrayStatements, GUESS_QUOTA, HOUR, MAX_ATTEMPTS } from './array-harness.js';
import { freshNumbers } from './records-harness.js';

const FULL = `guesses = ARRAY[now() - interval '40 minutes', now()]`;
const OUT_OF_GUESSES = {
  refused_by: 'wrong-per-phone',
  quota: GUESS_QUOTA,
  window_seconds: HOUR,
};
const STOPPED = { refused_by: 'stopped', quota: null, window_seconds: null };

type Case = [what: string, verification: string, number: string];

/** Checks that get no attempt; the last item is the answer to the check alone, if it has one. */
const REFUSED: Record<'holder' | 'phone', [...Case, object?][]> = {
  holder: [
    ['of an expired verification', `expires_at = now()`, ''],
    ['without attempts left', `attempts = 5, phone_attempts = 0`, ''],
    ['before the message is sent', `status = 'sending'`, ''],
    ['after a success', `status = 'verified', verified_at = now()`, ''],
    ['after it was cancelled', `status = 'cancelled'`, ''],
    ['after it failed', `status = 'failed'`, ''],
    ['of a stopped number', '', `wrong_run = 100`, STOPPED],
    ['of a number with all its wrong codes', 'attempts = 1', FULL, OUT_OF_GUESSES],
  ],
  phone: [
    ['of an expired verification', `expires_at = now()`, ''],
    ['without attempts left', `attempts = 0, phone_attempts = 5`, ''],
    ['of a stopped number', '', `wrong_run = 100`, STOPPED],
    ['of a number with all its wrong codes', '', FULL, OUT_OF_GUESSES],
  ],
};

interface Counted {
  attempts: number;
  phone_attempts: number;
  wrong_run: number;
  guesses: number;
}

/** Checks that get their attempt at the edge of a rule, and what is then counted. */
const SERVED: Record<'holder' | 'phone', [...Case, Counted][]> = {
  holder: [
    ['the first', '', '', { attempts: 1, phone_attempts: 0, wrong_run: 1, guesses: 0 }],
    [
      'the second',
      'attempts = 1',
      '',
      { attempts: 2, phone_attempts: 0, wrong_run: 1, guesses: 1 },
    ],
    ['the last', 'attempts = 4', '', { attempts: 5, phone_attempts: 0, wrong_run: 1, guesses: 1 }],
    [
      'the first, which its message has paid for,',
      'phone_attempts = 5',
      FULL,
      { attempts: 1, phone_attempts: 5, wrong_run: 1, guesses: 2 },
    ],
    [
      'one with room for a wrong code',
      'attempts = 1',
      `guesses = ARRAY[now() - interval '61 minutes', now()], wrong_run = 99`,
      { attempts: 2, phone_attempts: 0, wrong_run: 100, guesses: 2 },
    ],
  ],
  phone: [
    ['the first', '', '', { attempts: 0, phone_attempts: 1, wrong_run: 1, guesses: 1 }],
    [
      'one after the holder has none left',
      'attempts = 5, phone_attempts = 4',
      '',
      { attempts: 5, phone_attempts: 5, wrong_run: 1, guesses: 1 },
    ],
  ],
};

const every = <T extends [string, ...unknown[]]>(cases: Record<'holder' | 'phone', T[]>) =>
  (['holder', 'phone'] as const).flatMap((takenBy) =>
    cases[takenBy].map((one) => [takenBy, one[0], one] as const),
  );

describe('take_attempts of several', () => {
  let statements: ArrayStatements;
  beforeAll(async () => {
    statements = await ArrayStatements.open();
  });
  afterAll(() => statements.database.close());

  const counted = async (ids: readonly string[]) =>
    statements.rows(
      `SELECT v.attempts, v.phone_attempts, p.wrong_run, cardinality(p.guesses) AS guesses
       FROM unnest($1::text[]) WITH ORDINALITY AS asked (id, place)
       JOIN verifications AS v USING (id) JOIN phone_limits AS p USING (phone_key) ORDER BY place`,
      [ids],
    );
  const stateOf = (id: string) =>
    statements.rows(
      `SELECT to_jsonb(v) AS v, to_jsonb(p) AS p FROM verifications AS v JOIN phone_limits AS p USING (phone_key)
       WHERE id = $1`,
      [id],
    );
  /** Inserts a verification among two ordinary ones. */
  const among = async (state: string, ofNumber: string) => {
    const [first, odd, last] = freshNumbers(3) as [string, string, string];
    return [
      await statements.stored(first),
      await statements.stored(odd, state, ofNumber),
      await statements.stored(last),
    ] as const;
  };
  const taken = (rows: Record<string, unknown>[]) => rows.map(({ id }) => id).sort();

  test.each(every(REFUSED))(
    'by %s leaves out a check %s',
    async (takenBy, _what, [, state, ofNumber, refusal]) => {
      const [first, odd, last] = await among(state, ofNumber);
      const before = await stateOf(odd);
      const rows = await statements.takeAll([last, odd, first], takenBy);
      expect(taken(rows)).toEqual([first, last].sort());
      expect(rows.map((row) => row['refused_by'])).toEqual([null, null]);
      const alone = await statements.takeAll([odd], takenBy);
      expect(alone).toMatchObject(refusal ? [{ id: odd, attempts: null, ...refusal }] : []);
      expect(alone).toHaveLength(refusal ? 1 : 0);
      expect(await stateOf(odd)).toEqual(before);
      expect((await counted([first, last])).map(({ wrong_run }) => wrong_run)).toEqual([1, 1]);
    },
  );

  test('leaves out the verifications of other applications', async () => {
    const stopped = `wrong_run = 100`;
    const [first, odd, last] = await among(`application_id = 'app_other'`, stopped);
    const before = await stateOf(odd);
    const own = Array.from({ length: 3 }, () => 'app_default');
    const rows = await statements.takeAll([last, odd, first], 'holder', own);
    expect(taken(rows)).toEqual([first, last].sort());
    // Without the refusal that its application gets.
    expect(await statements.takeAll([odd], 'holder', own)).toEqual([]);
    expect(await statements.takeAll([odd], 'holder', ['app_other'])).toMatchObject([
      { id: odd, refused_by: 'stopped' },
    ]);
    expect(await stateOf(odd)).toEqual(before);
    const again = await statements.takeAll([first, last], 'holder', ['app_default', 'app_other']);
    expect(taken(again)).toEqual([first]);
  });

  test.each(every(SERVED))(
    'by %s counts an attempt: %s',
    async (takenBy, _what, [, state, ofNumber, expected]) => {
      const [first, odd, last] = await among(state, ofNumber);
      const rows = await statements.takeAll([first, odd, last], takenBy);
      expect(taken(rows)).toEqual([first, odd, last].sort());
      const row = rows.find(({ id }) => id === odd);
      const attempts = takenBy === 'holder' ? expected.attempts : expected.phone_attempts;
      expect(row).toMatchObject({ attempts, max_attempts: MAX_ATTEMPTS });
      const usual: Counted =
        takenBy === 'holder'
          ? { attempts: 1, phone_attempts: 0, wrong_run: 1, guesses: 0 }
          : { attempts: 0, phone_attempts: 1, wrong_run: 1, guesses: 1 };
      expect(await counted([first, odd, last])).toEqual([usual, expected, usual]);
    },
  );

  test('of one number takes one, and no unknown id', async () => {
    const [twice, other] = freshNumbers(2) as [string, string];
    const ids = [await statements.stored(twice), await statements.stored(twice)].sort();
    const otherId = await statements.stored(other);
    const asked = [newVerificationId(Date.now()), ids[1]!, otherId, ids[0]!, ids[0]!];
    expect(taken(await statements.takeAll(asked))).toEqual([ids[0]!, otherId].sort());
    expect(await counted([...ids, otherId])).toEqual([
      { attempts: 1, phone_attempts: 0, wrong_run: 1, guesses: 0 },
      { attempts: 0, phone_attempts: 0, wrong_run: 1, guesses: 0 },
      { attempts: 1, phone_attempts: 0, wrong_run: 1, guesses: 0 },
    ]);
  });

  test('returns the fields of each', async () => {
    const [one, other] = freshNumbers(2) as [string, string];
    const binding = { amount: '5', currency: 'EUR', payee: 'Harbour' };
    const payment = `purpose = 'transaction', binding = '${JSON.stringify(binding)}'`;
    const ids = [
      await statements.stored(
        one,
        `channel = 'voice', reference = 'r-1', provider_reference = 'p'`,
      ),
      await statements.stored(other, payment),
    ];
    const rows = await statements.takeAll(ids);
    const rowOf = (id: string | undefined) => rows.find((row) => row['id'] === id);
    expect(rowOf(ids[0])).toMatchObject({
      ...{ phone_number: one, country: 'US', purpose: 'verification', channel: 'voice' },
      ...{ reference: 'r-1', binding: null, provider_reference: 'p' },
    });
    expect(rowOf(ids[1])).toMatchObject({
      ...{ phone_number: other, purpose: 'transaction', channel: 'sms', reference: null, binding },
    });
  });
});
