import { ProviderError } from '../../../errors/provider-error.js';
import { errorFields, type Logger } from '../../../observability/logger.js';
import { providerFields } from '../../../observability/verification-fields.js';
import { INFOBIP_2FA } from './infobip-2fa.wire.js';
import type { InfobipApplicationService } from './application.service.js';
import { durationSeconds, type PinSettings } from './application.wire.js';

/** Our own rules for a code, which hold whatever Infobip allows. */
export interface CodeRules {
  maxAttempts: number;
  ttlSeconds: number;
}

/** A setting of the application that allows more than we do. */
export interface WeakerSetting {
  setting: keyof PinSettings;
  theirs: string;
  ours: string;
}

/** Where an application allows more tries, a longer life or a second use of a PIN. */
export function findWeakerSettings(settings: PinSettings, rules: CodeRules): WeakerSetting[] {
  const { pinAttempts, pinTimeToLive, allowMultiplePinVerifications } = settings;
  const weaker: WeakerSetting[] = [];
  if (pinAttempts > rules.maxAttempts) {
    weaker.push({
      setting: 'pinAttempts',
      theirs: String(pinAttempts),
      ours: String(rules.maxAttempts),
    });
  }
  if (durationSeconds(pinTimeToLive) > rules.ttlSeconds) {
    const ours = `${rules.ttlSeconds}s`;
    weaker.push({ setting: 'pinTimeToLive', theirs: pinTimeToLive.slice(0, 20), ours });
  }
  if (allowMultiplePinVerifications) {
    weaker.push({ setting: 'allowMultiplePinVerifications', theirs: 'true', ours: 'false' });
  }
  return weaker;
}

/**
 * Reads the application and logs `provider.weaker_settings` once for each point in which it is weaker than our rules;
 * `provider.settings_unread` when it cannot be read. Never rejects: nothing depends on it.
 */
export async function warnAboutWeakerSettings(
  applications: InfobipApplicationService,
  applicationId: string,
  rules: CodeRules,
  logger: Logger,
): Promise<void> {
  const provider = INFOBIP_2FA;
  try {
    const application = await applications.read(applicationId);
    if (!application) throw new ProviderError(provider, 'bad-credentials', { httpStatus: 404 });
    for (const { setting, theirs, ours } of findWeakerSettings(application.configuration, rules)) {
      const outcome = `${theirs} instead of ${ours}`;
      logger.warn('provider.weaker_settings', { provider, names: [setting], outcome });
    }
  } catch (error) {
    const fields = error instanceof ProviderError ? providerFields(error) : errorFields(error);
    logger.warn('provider.settings_unread', { provider, ...fields });
  }
}
