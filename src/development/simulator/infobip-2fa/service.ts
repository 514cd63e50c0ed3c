import { infobip2fa } from '../../../config/providers.js';
import { SettingsStore, type SettingsChange } from '../settings-store.js';
import type { SimulatedApi, SharedContext } from '../simulated-api.js';
import { Applications, type Configuration } from './applications.js';
import { Pins } from './pins.js';
import { RateLimiter } from './rate-limiter.js';
import { checkConfiguration, type ConfigurationChange } from './requests.js';
import { infobip2faRouter } from './router.js';
import {
  DEFAULT_INFOBIP_SETTINGS,
  infobipSettingsSchema,
  type InfobipSimulatorSettings,
} from './settings.js';
import { Templates } from './templates.js';

const { INFOBIP_API_KEY, INFOBIP_2FA_APP_ID, INFOBIP_2FA_MSG_ID } = infobip2fa.variables;

export interface Infobip2faOptions {
  apiKey?: string | undefined;
  applicationId?: string | undefined;
  messageId?: string | undefined;
  configuration?: ConfigurationChange | undefined;
  /** PIN length of that template; default 6. */
  pinLength?: number | undefined;
  settings?: SettingsChange<InfobipSimulatorSettings> | undefined;
}

/** Strict against guessing, generous with sends, since simulated messages cost nothing. */
const INITIAL_CONFIGURATION: Configuration = {
  // The service compares at most ten codes: five from the holder and five by phone number.
  pinAttempts: 10,
  allowMultiplePinVerifications: false,
  pinTimeToLive: '5m',
  verifyPinLimit: '1000/1s',
  sendPinPerApplicationLimit: '100000000/1d',
  sendPinPerPhoneNumberLimit: '10000/1d',
};

/**
 * The Infobip 2FA API v2 for one account with one application and one template.
 * @throws Error for settings out of range.
 */
export function simulatedInfobip2fa(
  options: Infobip2faOptions,
  { inbox, faults }: SharedContext,
): SimulatedApi {
  const settings = new SettingsStore(DEFAULT_INFOBIP_SETTINGS, options.settings);
  infobipSettingsSchema.parse(settings.current);
  const [applications, templates] = [new Applications(), new Templates()];
  addInitial(applications, templates, options);
  const context = {
    apiKey: options.apiKey ?? INFOBIP_API_KEY.development,
    settings,
    applications,
    templates,
    pins: new Pins(),
    rateLimiter: new RateLimiter(),
    inbox,
  };
  return {
    name: 'infobip2fa',
    settings,
    settingsSchema: infobipSettingsSchema,
    api: infobip2faRouter(context, faults),
  };
}

function addInitial(
  applications: Applications,
  templates: Templates,
  options: Infobip2faOptions,
): void {
  const { applicationId = INFOBIP_2FA_APP_ID.development, configuration } = options;
  const { messageId = INFOBIP_2FA_MSG_ID.development, pinLength = 6 } = options;
  const wanted = checkConfiguration({
    ...INITIAL_CONFIGURATION,
    ...withoutUndefined(configuration),
  });
  applications.create({ name: 'Development', configuration: wanted }, applicationId);
  const messageText = 'Your verification code is {{pin}}.';
  templates.create(applicationId, { messageText, pinType: 'NUMERIC', pinLength }, messageId);
}

function withoutUndefined(change: ConfigurationChange = {}): ConfigurationChange {
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
}
