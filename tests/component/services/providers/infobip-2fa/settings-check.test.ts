import { createLogger } from '../../../../../src/observability/logger.js';
import { InfobipApplicationService } from '../../../../../src/services/providers/infobip-2fa/application.service.js';
import {
  durationSeconds,
  type PinSettings,
} from '../../../../../src/services/providers/infobip-2fa/application.wire.js';
import {
  warnAboutWeakerSettings,
  findWeakerSettings,
} from '../../../../../src/services/providers/infobip-2fa/settings-check.js';
import { LogCapture } from '../../../../support/evidence.js';
import {
  ACCOUNT,
  startTestInfobip,
  type TestInfobip,
} from '../../../development/simulator/infobip-harness.js';
import { infobipHttp } from './infobip-provider.js';

const RULES = { maxAttempts: 5, ttlSeconds: 300 };
const STRICT: PinSettings = {
  pinAttempts: 5,
  pinTimeToLive: '5m',
  allowMultiplePinVerifications: false,
};

describe('settings weaker than our rules', () => {
  it.each<[what: string, change: Partial<PinSettings>, weaker: string[]]>([
    ['as strict', {}, []],
    ['stricter', { pinAttempts: 1, pinTimeToLive: '299s' }, []],
    ['one attempt more', { pinAttempts: 6 }, ['pinAttempts 6 5']],
    ['a second more', { pinTimeToLive: '301s' }, ['pinTimeToLive 301s 300s']],
    ['a millisecond more', { pinTimeToLive: '300001ms' }, ['pinTimeToLive 300001ms 300s']],
    ['an hour, without a length', { pinTimeToLive: 'h' }, ['pinTimeToLive h 300s']],
    ['an unreadable lifetime', { pinTimeToLive: 'soon' }, ['pinTimeToLive soon 300s']],
    [
      'a second use',
      { allowMultiplePinVerifications: true },
      ['allowMultiplePinVerifications true false'],
    ],
  ])('%s', (_what, change, weaker) => {
    const found = findWeakerSettings({ ...STRICT, ...change }, RULES);
    expect(found.map(({ setting, theirs, ours }) => [setting, theirs, ours].join(' '))).toEqual(
      weaker,
    );
  });

  it.each([
    ['250ms', 0.25],
    ['s', 1],
    ['15m', 900],
    ['2h', 7200],
    ['1d', 86_400],
    ['15', Infinity],
    ['1w', Infinity],
    ['', Infinity],
  ])('reads %p as %d seconds', (text, seconds) => {
    expect(durationSeconds(text)).toBe(seconds);
  });
});

describe('the check at startup', () => {
  let infobip: TestInfobip;
  let log: LogCapture;
  beforeEach(async () => {
    infobip = await startTestInfobip({ configuration: { pinAttempts: 5 } });
    log = new LogCapture();
  });
  afterEach(() => infobip.close());

  const check = async (options: { url?: string; apiKey?: string; applicationId?: string } = {}) => {
    const { url = infobip.url, apiKey = ACCOUNT.apiKey } = options;
    const { applicationId = ACCOUNT.applicationId } = options;
    const applications = new InfobipApplicationService(infobipHttp(url), { apiKey });
    const logger = createLogger({ level: 'debug', stream: log });
    await warnAboutWeakerSettings(applications, applicationId, RULES, logger);
    await log.flushed();
  };

  it('logs nothing for an application with our rules', async () => {
    await check();
    expect(log.lines).toEqual([]);
  });

  it('warns about each setting once, with actual and expected value', async () => {
    await infobip.configure({
      pinAttempts: 10,
      pinTimeToLive: '15m',
      allowMultiplePinVerifications: true,
    });
    await check();
    const provider = 'infobip-2fa';
    expect(log.lines).toHaveLength(3);
    expect(log.events('provider.weaker_settings')).toMatchObject([
      { level: 'warn', provider, names: ['pinAttempts'], outcome: '10 instead of 5' },
      { level: 'warn', provider, names: ['pinTimeToLive'], outcome: '15m instead of 300s' },
      {
        level: 'warn',
        provider,
        names: ['allowMultiplePinVerifications'],
        outcome: 'true instead of false',
      },
    ]);
  });

  it("assumes Infobip's defaults for omitted settings", async () => {
    const body = { applicationId: ACCOUNT.applicationId, name: 'x' };
    await infobip.faults({ kind: 'answer', status: 200, body });
    await check();
    expect(log.events('provider.weaker_settings').map(({ names }) => names)).toEqual([
      ['pinAttempts'],
      ['pinTimeToLive'],
      ['allowMultiplePinVerifications'],
    ]);
  });

  it.each([
    ['nobody is there', { url: 'http://127.0.0.1:9' }, { outcome: 'unreachable' }],
    ['the key is wrong', { apiKey: 'x' }, { outcome: 'bad-credentials', providerStatus: 401 }],
    [
      'the application does not exist',
      { applicationId: 'NOPE' },
      { outcome: 'bad-credentials', providerStatus: 404 },
    ],
  ])('only says that it could not look when %s', async (_what, options, fields) => {
    await check(options);
    expect(log.lines).toHaveLength(1);
    expect(log.events('provider.settings_unread')).toMatchObject([
      { level: 'warn', provider: 'infobip-2fa', ...fields },
    ]);
  });

  it.each([
    ['HTML', '<html>'],
    ['another shape', { applicationId: 5 }],
    ['a lifetime of another type', { ...idAndName(), configuration: { pinTimeToLive: 15 } }],
  ])('survives an answer that is %s', async (_what, body) => {
    await infobip.faults({ kind: 'answer', status: 200, body });
    await check();
    expect(log.events('provider.settings_unread')).toMatchObject([{ outcome: 'bad-response' }]);
  });
});

function idAndName() {
  return { applicationId: ACCOUNT.applicationId, name: 'x' };
}
