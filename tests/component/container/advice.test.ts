import { loadConfig } from '../../../src/config/load.js';
import { advise } from '../../../src/container/advice.js';
import { createLogger } from '../../../src/observability/logger.js';
import { LogCapture } from '../../support/evidence.js';
import { startEverySimulator } from '../../support/provider-rig.js';

async function adviceFor(environment: Record<string, string>): Promise<LogCapture> {
  const log = new LogCapture();
  const config = loadConfig({ NODE_ENV: 'test', ...environment });
  const logger = createLogger({ level: 'info', stream: log });
  await advise({ config, logger });
  return log.flushed();
}

describe('at the start, an operator is told', () => {
  test('of nothing when there is nothing', async () => {
    const log = await adviceFor({ VERIFICATION_PROVIDERS: 'local-code' });
    expect(log.lines).toEqual([]);
  });

  test('of a name that makes every message of our own more expensive', async () => {
    const log = await adviceFor({ VERIFICATION_PROVIDERS: 'local-code', OTP_BRAND: 'Żabka' });
    expect(log.events('config.advice')).toContainEqual(
      expect.objectContaining({ level: 'warn', outcome: expect.stringMatching(/^OTP_BRAND: Ż/) }),
    );
  });

  test('and not where our messages are not sent at all', async () => {
    expect((await adviceFor({ OTP_BRAND: 'Żabka' })).lines).toEqual([]);
  });

  test('of an application at Infobip that allows more than we do', async () => {
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

  test('when the application cannot be read', async () => {
    const log = await adviceFor({
      VERIFICATION_PROVIDERS: 'infobip-2fa',
      INFOBIP_BASE_URL: 'http://127.0.0.1:9',
    });
    expect(log.events('provider.settings_unread')).toMatchObject([{ outcome: 'unreachable' }]);
  });
});
