import { TestService, freshNumber } from '../../../../support/service.js';
import { startRecordingSms, type RecordingSms } from '../../messages/recording-sms.js';

const RealDate = Date;

/** Shifts the clock of this process, not the database's. */
function shiftClock(ms: number): void {
  globalThis.Date = class extends RealDate {
    constructor(...given: [] | [number | string | Date]) {
      super(given[0] ?? RealDate.now() + ms);
    }
    static override now(): number {
      return RealDate.now() + ms;
    }
  } as DateConstructor;
}

describe.each([
  ['ten minutes behind', -600_000],
  ['an hour ahead', 3_600_000],
])('a message with our code, sent by a process whose clock is %s', (_what, ms) => {
  let service: TestService;
  let phones: RecordingSms;
  beforeAll(async () => {
    phones = await startRecordingSms();
    service = await TestService.start({
      VERIFICATION_PROVIDERS: 'local-code',
      SINCH_SMS_URL: phones.url,
      OTP_TTL_SECONDS: '300',
    });
  });
  afterEach(() => {
    globalThis.Date = RealDate;
  });
  afterAll(async () => {
    await service.stop();
    await phones.close();
  });

  const lastExpiry = () => {
    const { body } = phones.sends().at(-1)!;
    return RealDate.parse((JSON.parse(body) as { expire_at: string }).expire_at);
  };

  test('expires with the code, for a send and a resend', async () => {
    shiftClock(ms);
    const id = await service.request(freshNumber());
    const asked = RealDate.now();
    expect(Math.abs(lastExpiry() - asked - 300_000)).toBeLessThan(2000);
    await service.rows(
      `UPDATE verifications SET expires_at = now() + interval '1 minute' WHERE id = $1 RETURNING 1`,
      [id],
    );
    const resent = await service.post(`/verifications/${id}/resend`, {});
    const promised = RealDate.parse(String(resent.body['expiresAt']));
    expect(Math.abs(lastExpiry() - promised)).toBeLessThan(2000);
    expect(Math.abs(promised - RealDate.now() - 300_000)).toBeLessThan(2000);
  });
});
