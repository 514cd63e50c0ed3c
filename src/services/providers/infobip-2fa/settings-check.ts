import { ProviderError } from '../../../errors/provider-error.js';
import { errorFields, type Logger } from '../../../observability/logger.js';
import { providerFields } from '../../../observability/verification-fields.js';
import { INFOBIP_2FA } from './infobip-2fa.wire.js';
import type { InfobipApplicationService } from './application.service.js';
import { durationSeconds, type PinSettings } from './application.wire.js';

/** Our rules for a code. They apply whatever Infobip allows. */
export interface CodeRules {
  maxAttempts: number;
  ttlSeconds: number;
}

/** A setting of the Infobip application that allows more than our rules. */
export interface WeakerSetting {
  setting: keyof PinSettings;
  theirs: string;
  ours: string;
}

/** Settings that allow more attempts, a longer lifetime or a second use of a PIN. */
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
 * Reads the application and logs `provider.weaker_settings` for each setting weaker than our rules,
 * or `provider.settings_unread` when it cannot be read. Never rejects.
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
