import { scaledForLoad } from './support/measurements.js';
import { PRODUCTION_ENVIRONMENT, ServiceProcess } from '../support/service-process.js';

/** The rules themselves have unit tests; here real processes show that they end, soon and with a reason. */
const COMPLETE = {
  ...PRODUCTION_ENVIRONMENT,
  DATABASE_URL: 'postgres://nobody:nothing@127.0.0.1:9/none',
  SINCH_APPLICATION_KEY: 'a key',
  SINCH_APPLICATION_SECRET: 'YSBzZWNyZXQ=',
};

async function end(environment: Record<string, string>) {
  const service = ServiceProcess.spawn({ environment });
  const ending = await service.ended;
  return { ...ending, said: service.errorOutput, logged: service.log.lines };
}

describe('a start in production with', () => {
  test.each<[string, Record<string, string>]>([
    ['PORT', { PORT: 'http' }],
    ['PORT', { PORT: '70000' }],
    ['DATABASE_URL', { DATABASE_URL: '' }],
    ['DATABASE_URL', { DATABASE_URL: 'mysql://localhost/x' }],
    ['OTP_SECRET', { OTP_SECRET: 'short' }],
    ['OTP_COUNTRIES', { OTP_COUNTRIES: '' }],
    ['OTP_TTL_SECONDS', { OTP_TTL_SECONDS: '601' }],
    ['TRUST_PROXY', { TRUST_PROXY: 'true' }],
    ['LIMIT_SEND_PER_PHONE', { LIMIT_SEND_PER_PHONE: '5 per hour' }],
    ['PROOF_PRIVATE_KEY', { PROOF_PRIVATE_KEY: 'not a key' }],
    ['SINCH_VERIFICATION_URL', { SINCH_VERIFICATION_URL: 'http://sinch.example' }],
  ])('a malformed %s ends soon and names it', async (name, wrong) => {
    const { code, signal, said, logged, afterMs } = await end({ ...COMPLETE, ...wrong });
    expect([code, signal]).toEqual([1, null]);
    expect(said).toContain(name);
    expect(said).not.toContain('    at ');
    expect(said).not.toContain('nothing@');
    for (const value of Object.values(wrong)) if (value !== '') expect(said).not.toContain(value);
    expect(logged).toEqual([]);
    expect(afterMs).toBeLessThan(scaledForLoad(2_000));
  });

  test('several faults names them all at once', async () => {
    const { code, said } = await end({
      ...COMPLETE,
      PORT: 'x',
      OTP_MAX_ATTEMPTS: '0',
      DOCS: 'maybe',
    });
    expect(code).toBe(1);
    for (const name of ['PORT', 'OTP_MAX_ATTEMPTS', 'DOCS']) expect(said).toContain(name);
  });

  test('a port that is taken ends and says so', async () => {
    const first = ServiceProcess.spawn({ environment: COMPLETE });
    await first.listens();
    const { code, said } = await end({ ...COMPLETE, PORT: first.port });
    expect(code).toBe(1);
    expect(said).toContain('PORT');
    await first.stop();
  });
});
