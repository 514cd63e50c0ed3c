import { SIMULATED_PROJECT_ID } from '../../../config/simulator-env.js';
import { sinchSms } from '../../../config/sms-senders.js';
import { SettingsStore, type SettingsChange } from '../settings-store.js';
import type { SimulatedApi, SharedContext } from '../simulated-api.js';
import { AccessTokens } from './access-tokens.js';
import type { SinchSmsAccounts } from './authentication.js';
import { Batches } from './batches.js';
import { Callbacks } from './callbacks.js';
import { Delivery } from './delivery.js';
import { sinchSmsRouter } from './router.js';
import {
  DEFAULT_SINCH_SMS_SETTINGS,
  sinchSmsSettingsSchema,
  type SinchSmsSimulatorSettings,
} from './settings.js';

export type SinchSmsOptions = {
  /** Default: the documented development values. */
  [Key in keyof SinchSmsAccounts]?: string | undefined;
} & { settings?: SettingsChange<SinchSmsSimulatorSettings> | undefined };

/**
 * The Sinch SMS API for one service plan and one project.
 * @throws Error for settings out of range.
 */
export function simulatedSinchSms(
  options: SinchSmsOptions,
  { inbox, faults }: SharedContext,
): SimulatedApi {
  const settings = new SettingsStore(DEFAULT_SINCH_SMS_SETTINGS, options.settings);
  sinchSmsSettingsSchema.parse(settings.current);
  const callbacks = new Callbacks(settings);
  const delivery = new Delivery(settings, inbox, callbacks);
  const context = {
    accounts: accountsOf(options),
    settings,
    tokens: new AccessTokens(),
    batches: new Batches(),
    delivery,
  };
  return {
    name: 'sinchSms',
    settings,
    settingsSchema: sinchSmsSettingsSchema,
    api: sinchSmsRouter(context, faults),
    close: () => {
      delivery.close();
      callbacks.close();
    },
  };
}

function accountsOf(options: SinchSmsOptions): SinchSmsAccounts {
  const { variables } = sinchSms;
  return {
    servicePlanId: options.servicePlanId ?? variables.SINCH_SMS_SERVICE_PLAN_ID.development,
    apiToken: options.apiToken ?? variables.SINCH_SMS_API_TOKEN.development,
    projectId: options.projectId ?? SIMULATED_PROJECT_ID,
    keyId: options.keyId ?? variables.SINCH_SMS_KEY_ID.development,
    keySecret: options.keySecret ?? variables.SINCH_SMS_KEY_SECRET.development,
  };
}
