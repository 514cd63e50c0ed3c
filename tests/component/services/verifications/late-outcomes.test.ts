import { DEFAULT_SCOPE } from '../../../../src/domain/scope.js';
import { DEFAULT_APPLICATION } from '../../../../src/domain/caller.js';
import type { Verification } from '../../../../src/domain/verification.js';
import { newReference } from '../../../../src/domain/verification-id.js';
import { freshNumbers, opened, RecordServices, RecordsDatabase } from './records-harness.js';

const SHARED = DEFAULT_SCOPE.budget;

/** A process that was slow, or came back, reports what happened to a send that another one has settled. */
describe('the late outcome of a send', () => {
  let database: RecordsDatabase;
  let services: RecordServices;
  beforeAll(async () => {
    database = await RecordsDatabase.open();
    services = new RecordServices(database.connections, { resendCooldownSeconds: 0 });
  });
  afterAll(() => database.close());

  const open = async () => opened(await services.open(freshNumbers(1)[0]!));
  /** The verification, its number and its timeline. */
  const stateOf = ({ id }: Verification) =>
    database.rows(
      `SELECT to_jsonb(v) AS v, to_jsonb(p) AS p,
         (SELECT jsonb_agg(e.type ORDER BY e.id) FROM verification_events AS e WHERE e.verification_id = v.id) AS events
       FROM verifications AS v JOIN phone_limits AS p USING (phone_key) WHERE v.id = $1`,
      [id],
    );
  const nextOf = ({ id }: Verification, provider = 'infobip-2fa') => ({
    ...{ provider, sendReference: newReference(id), reason: 'unreachable' },
  });
  const resending = async () => {
    const first = await open();
    await services.sent(first);
    const to = { channel: 'sms' as const, locale: first.locale };
    const resend = { ...nextOf(first, 'sinch-verification'), ...to };
    const begun = await services.records.beginResend(first, resend, SHARED, null);
    return opened(begun!);
  };

  test('does not fail one that another provider has taken over', async () => {
    const first = await open();
    const second = await services.records.failOver(first, nextOf(first));
    expect(second).toMatchObject({ provider: 'infobip-2fa', status: 'sending' });
    const before = await stateOf(first);
    await services.records.markFailed(first, 'unreachable', SHARED);
    expect(await services.records.failOver(first, nextOf(first, 'local-code'))).toBeUndefined();
    expect(await stateOf(first)).toEqual(before);
    await services.records.markFailed(second!, 'unreachable', SHARED);
    expect(await services.records.find(first.id)).toMatchObject({ status: 'failed' });
  });

  test('does not change a send that has been settled as unknown', async () => {
    const first = await open();
    await services.records.markOutcomeUnknown(first.id);
    const before = await stateOf(first);
    await services.records.markFailed(first, 'unreachable', SHARED);
    await services.records.markOutcomeUnknown(first.id);
    expect(await services.records.failOver(first, nextOf(first))).toBeUndefined();
    expect(await services.sent(first)).toBeUndefined();
    expect(await stateOf(first)).toEqual(before);
  });

  test('does not touch a resend that another provider has taken over', async () => {
    const first = await resending();
    const second = await services.records.failOverResend(first, nextOf(first));
    expect(second).toMatchObject({ provider: 'infobip-2fa' });
    const before = await stateOf(first);
    const facts = { providerReference: 'late', codeLength: 4 };
    await services.records.markResendFailed(first, 'unreachable', SHARED);
    expect(
      await services.records.failOverResend(first, nextOf(first, 'local-code')),
    ).toBeUndefined();
    expect(await services.records.markResent(first, facts)).toBeUndefined();
    expect(await stateOf(first)).toEqual(before);
    expect(await services.records.markResent(second!, facts)).toMatchObject({
      ...{ provider: 'infobip-2fa', providerReference: 'late', codeLength: 4 },
    });
  });

  test('does not touch a resend when the verification has ended', async () => {
    const resend = await resending();
    await services.records.cancel(resend.id, DEFAULT_APPLICATION);
    expect(await services.records.failOverResend(resend, nextOf(resend))).toBeUndefined();
    const facts = { providerReference: 'late', codeLength: 4 };
    expect(await services.records.markResent(resend, facts)).toBeUndefined();
    expect(await services.records.find(resend.id)).toMatchObject({
      ...{ status: 'cancelled', provider: 'sinch-verification', providerReference: 'r-1' },
    });
  });
});
