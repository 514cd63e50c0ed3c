import { Session, type OpenVerification } from '../../../client/element/session.js';
import type { VerificationResponse } from '../../../client/src/api-types.js';
import { ProoflineError } from '../../../client/src/errors.js';
import type { Proofline } from '../../../client/src/proofline.js';

const body = { phoneNumber: '+14155552671' };
const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1000).toISOString();
const stored = (facts: Partial<OpenVerification> = {}): OpenVerification => ({
  ...{ body, verificationId: 'v', phoneNumber: body.phoneNumber, channel: 'sms' },
  ...{ attemptsRemaining: 3, expiresAt: inSeconds(60), ...facts },
});

describe('the session of the element', () => {
  const tab = new Map<string, string>();
  const browser = globalThis as Record<string, unknown>;

  beforeEach(() => {
    tab.clear();
    browser['sessionStorage'] = {
      getItem: (key: string) => tab.get(key) ?? null,
      setItem: (key: string, value: string) => tab.set(key, value),
      removeItem: (key: string) => tab.delete(key),
    };
  });
  afterEach(() => {
    delete browser['sessionStorage'];
  });

  /** A session that resumes what the tab has stored; `status` is the answer of the service. */
  const resumed = async (
    kept: OpenVerification,
    status: () => Promise<Partial<VerificationResponse>>,
    isSynchronized = true,
  ) => {
    tab.set('key', JSON.stringify(kept));
    const client = { status, now: () => Date.now(), isSynchronized: () => isSynchronized };
    const session = new Session(client as unknown as Proofline, 'key');
    return { session, verification: await session.resume() };
  };

  const answers = (facts: Partial<VerificationResponse>) => () =>
    Promise.resolve({ status: 'pending' as const, channel: 'sms' as const, ...facts });

  test.each([
    ['another number', {}, { phoneNumber: '+14155552672' }, false],
    ['the same number', {}, body, true],
    ['no attempts left', { attemptsRemaining: 0 }, body, false],
    ['a code that has expired', { expiresAt: inSeconds(-1) }, body, false],
  ])('is open for %s or not', async (_, facts, asked, isOpen) => {
    const lost = () => Promise.reject(new ProoflineError('network', 'unreachable', 0));
    const { session } = await resumed(stored(facts), lost);
    expect(session.isOpenFor(asked)).toBe(isOpen);
  });

  test('leaves expiry to the service while only the device tells the time', async () => {
    const lost = () => Promise.reject(new ProoflineError('network', 'unreachable', 0));
    const { session } = await resumed(stored({ expiresAt: inSeconds(-600) }), lost, false);
    expect(session.isOpenFor(body)).toBe(true);
  });

  test.each([
    ['pending', 1, true],
    ['sending', 1, true],
    ['pending', 0, false],
    ['verified', 1, false],
    ['expired', 1, false],
  ] as const)('resumes a verification %s with %d attempts: %s', async (status, left, isOpen) => {
    const { verification } = await resumed(stored(), answers({ status, attemptsRemaining: left }));
    expect(verification !== undefined).toBe(isOpen);
    expect(tab.size).toBe(isOpen ? 1 : 0);
    if (isOpen) expect(verification).toMatchObject({ attemptsRemaining: left, body });
  });

  test('keeps what is stored without an answer, and forgets it after a refusal', async () => {
    const fails = (error: ProoflineError) => () => Promise.reject(error);
    const lost = await resumed(stored(), fails(new ProoflineError('network', 'unreachable', 0)));
    expect(lost.verification).toEqual(stored({ expiresAt: lost.verification!.expiresAt! }));
    const unknown = new ProoflineError('problem', 'verification_not_found', 404);
    expect((await resumed(stored(), fails(unknown))).verification).toBeUndefined();
    expect(tab.size).toBe(0);
    const odd = new ProoflineError('answer', 'unexpected_answer', 200);
    expect((await resumed(stored(), fails(odd))).verification).toBeUndefined();
  });

  test('keeps the used attempts when the outcome of a resend is unknown', async () => {
    const unknown = { verificationId: 'v' };
    const resend = () =>
      Promise.reject(new ProoflineError('problem', 'provider_outcome_unknown', 504, unknown));
    const session = new Session({ resend } as unknown as Proofline, 'key');
    const sent = await session.resend(stored(), { channel: 'voice', locale: 'de' });
    expect(sent.isConfirmed).toBe(false);
    expect(sent.verification).toMatchObject({ attemptsRemaining: 3, channel: 'voice', body });
  });
});
