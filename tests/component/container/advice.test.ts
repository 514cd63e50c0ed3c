import { loadConfig } from '../../../src/config/load.js';
import { advise } from '../../../src/container/advice.js';
import { createLogger } from '../../../src/observability/logger.js';
import { LogCapture } from '../../support/evidence.js';
import { FakeSinch } from '../../support/fake-sinch.js';
import { startEverySimulator } from '../../support/provider-rig.js';

async function adviceFor(environment: Record<string, string>): Promise<LogCapture> {
  const log = new LogCapture();
  const config = loadConfig({ NODE_ENV: 'test', ...environment });
  const logger = createLogger({ level: 'info', stream: log });
  await advise({ config, logger });
  return log.flushed();
}

describe('the start-up advice', () => {
  test('is empty for a good configuration', async () => {
    const log = await adviceFor({ VERIFICATION_PROVIDERS: 'local-code' });
    expect(log.lines).toEqual([]);
  });

  test('warns of a brand name that makes every SMS more expensive', async () => {
    const log = await adviceFor({ VERIFICATION_PROVIDERS: 'local-code', OTP_BRAND: 'Żabka' });
    expect(log.events('config.advice')).toContainEqual(
      expect.objectContaining({ level: 'warn', outcome: expect.stringMatching(/^OTP_BRAND: Ż/) }),
    );
  });

  test('ignores the brand name without the local-code provider', async () => {
    expect((await adviceFor({ OTP_BRAND: 'Żabka' })).lines).toEqual([]);
  });

  test.each([
    ['is quiet about a Sinch account that works', 404, { errorCode: 40400 }, []],
    [
      'names Sinch credentials that are not accepted',
      401,
      { errorCode: 40102 },
      ['SINCH_APPLICATION_KEY: Sinch does not accept KEY with SINCH_APPLICATION_SECRET (401)'],
    ],
    [
      'names an address that fails',
      500,
      '<html>',
      ['SINCH_VERIFICATION_URL: URL cannot be reached (500)'],
    ],
    [
      'names an address of something else',
      200,
      '<html>',
      ['SINCH_VERIFICATION_URL: URL does not answer as the Sinch Verification API does (200)'],
    ],
  ])('%s', async (_what, status, body, outcomes) => {
    const sinch = await FakeSinch.start();
    try {
      sinch.answer('GET', status, body);
      const log = await adviceFor(sinch.environment);
      const expected = outcomes.map((text) =>
        text.replace(' KEY ', ` ${FakeSinch.key} `).replace(' URL ', ` ${sinch.url} `),
      );
      expect(log.events('config.advice').map(({ outcome }) => outcome)).toEqual(expected);
    } finally {
      await sinch.close();
    }
  });

  test('names an address that nobody answers at', async () => {
    const log = await adviceFor({
      SINCH_APPLICATION_KEY: FakeSinch.key,
      SINCH_APPLICATION_SECRET: FakeSinch.secret,
      SINCH_VERIFICATION_URL: 'http://127.0.0.1:9',
    });
    expect(log.events('config.advice')).toMatchObject([
      { outcome: 'SINCH_VERIFICATION_URL: http://127.0.0.1:9 cannot be reached' },
    ]);
  });

  test('warns of an Infobip application with weaker settings', async () => {
    const simulator = await startEverySimulator();
    try {
      const log = await adviceFor({
        VERIFICATION_PROVIDERS: 'infobip-2fa',
        INFOBIP_BASE_URL: simulator.url,
        OTP_MAX_ATTEMPTS: '2',
      });
      const names = log.events('provider.weaker_settings').map((event) => event['names']);
      expect(names).toContainEqual(['pinAttempts']);
    } finally {
      await simulator.close();
    }
  });

  test('reports Infobip settings that cannot be read', async () => {
    const log = await adviceFor({
      VERIFICATION_PROVIDERS: 'infobip-2fa',
      INFOBIP_BASE_URL: 'http://127.0.0.1:9',
    });
    expect(log.events('provider.settings_unread')).toMatchObject([{ outcome: 'unreachable' }]);
  });
});
