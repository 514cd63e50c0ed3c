import { scaledForLoad } from './support/measurements.js';
import { PRODUCTION_ENVIRONMENT, ServiceProcess } from '../support/service-process.js';

/** Unit tests cover the rules; these prove that a real process exits quickly and names the reason. */
const COMPLETE = {
  ...PRODUCTION_ENVIRONMENT,
  DATABASE_URL: 'postgres://nobody:nothing@127.0.0.1:9/none',
  SINCH_APPLICATION_KEY: 'a key',
  SINCH_APPLICATION_SECRET: 'YSBzZWNyZXQ=',
};

async function end(environment: Record<string, string>) {
  const service = ServiceProcess.spawn({ environment });
  const ending = await service.ended;
  return { ...ending, stderr: service.errorOutput, logged: service.log.lines };
}

describe('a production start with', () => {
  test.each<[string, Record<string, string>]>([
    ['PORT', { PORT: 'http' }],
    ['PORT', { PORT: '70000' }],
    ['DATABASE_URL', { DATABASE_URL: '' }],
    ['DATABASE_URL', { DATABASE_URL: 'mysql://localhost/x' }],
    ['OTP_SECRET', { OTP_SECRET: 'short' }],
    ['OTP_COUNTRIES', { OTP_COUNTRIES: '' }],
    ['CALLERS: choose keys', { CALLERS: '' }],
    ['OTP_TTL_SECONDS', { OTP_TTL_SECONDS: '601' }],
    ['TRUST_PROXY', { TRUST_PROXY: 'true' }],
    ['OTP_TTL_SECONDS', { OTP_TTL_SECOND: '61' }],
    ['LIMIT_SEND_PER_PHONE', { LIMIT_SEND_PER_PHONE: '5 per hour' }],
    ['PROOF_PRIVATE_KEY', { PROOF_PRIVATE_KEY: 'not a key' }],
    ['SINCH_VERIFICATION_URL', { SINCH_VERIFICATION_URL: 'http://sinch.example' }],
  ])('a malformed %s exits quickly and names it', async (name, wrong) => {
    const { code, signal, stderr, logged, afterMs } = await end({ ...COMPLETE, ...wrong });
    expect([code, signal]).toEqual([1, null]);
    expect(stderr).toContain(name);
    expect(stderr).not.toContain('    at ');
    expect(stderr).not.toContain('nothing@');
    for (const value of Object.values(wrong)) if (value !== '') expect(stderr).not.toContain(value);
    expect(logged).toEqual([]);
    expect(afterMs).toBeLessThan(scaledForLoad(2_000));
  });

  test('several faults names all of them', async () => {
    const { code, stderr } = await end({
      ...COMPLETE,
      PORT: 'x',
      OTP_MAX_ATTEMPTS: '0',
      DOCS: 'maybe',
    });
    expect(code).toBe(1);
    for (const name of ['PORT', 'OTP_MAX_ATTEMPTS', 'DOCS']) expect(stderr).toContain(name);
  });

  test('a port in use exits and names PORT', async () => {
    const first = ServiceProcess.spawn({ environment: COMPLETE });
    await first.listens();
    const { code, stderr } = await end({ ...COMPLETE, PORT: first.port });
    expect(code).toBe(1);
    expect(stderr).toContain('PORT');
    await first.stop();
  });
});
