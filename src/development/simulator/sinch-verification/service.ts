import type { SinchApplication } from '../../../clients/sinch-signing.js';
import type { SimulatedApi, SharedContext } from '../simulated-api.js';
import { SettingsStore, type SettingsChange } from '../settings-store.js';
import { Callbacks } from './callbacks.js';
import { seamlessRouter, sinchVerificationRouter } from './router.js';
import {
  DEFAULT_SINCH_SETTINGS,
  sinchSettingsSchema,
  type SinchSimulatorSettings,
} from './settings.js';
import { Verifications } from './verifications.js';

export interface SinchVerificationOptions extends SinchApplication {
  callbackUrl?: string | undefined;
  settings?: SettingsChange<SinchSimulatorSettings> | undefined;
}

/**
 * The Sinch Verification API v1 for one application.
 * @throws Error for settings out of range.
 */
export function simulatedSinchVerification(
  options: SinchVerificationOptions,
  { inbox, faults, baseUrl }: SharedContext,
): SimulatedApi {
  const { applicationKey, applicationSecret, callbackUrl } = options;
  const application = { applicationKey, applicationSecret };
  const settings = new SettingsStore(DEFAULT_SINCH_SETTINGS, { callbackUrl, ...options.settings });
  sinchSettingsSchema.parse(settings.current);
  const callbacks = new Callbacks(settings, application);
  const verifications = new Verifications((ended) => callbacks.reportResult(ended));
  const context = { application, settings, verifications, callbacks, inbox, baseUrl };
  return {
    name: 'sinchVerification',
    settings,
    settingsSchema: sinchSettingsSchema,
    api: sinchVerificationRouter(context, faults),
    pages: seamlessRouter(context),
    close: () => {
      verifications.close();
      callbacks.close();
    },
  };
}
