import { HttpClient } from '../clients/http-client.js';
import { accountOf } from '../config/accounts.js';
import type { Config } from '../config/config.js';
import { usedProviders } from '../config/provider-routes.js';
import { infobip2fa, sinchVerification } from '../config/providers.js';
import type { Logger } from '../observability/logger.js';
import { checkTemplates } from '../services/messages/messages.js';
import { INFOBIP_2FA } from '../services/providers/infobip-2fa/infobip-2fa.wire.js';
import { InfobipApplicationService } from '../services/providers/infobip-2fa/application.service.js';
import { warnAboutWeakerSettings } from '../services/providers/infobip-2fa/settings-check.js';
import { warnAboutAccess } from '../services/providers/sinch-verification/access-check.js';
import { SinchVerificationService } from '../services/providers/sinch-verification/sinch-verification.service.js';
import { SINCH_VERIFICATION } from '../services/providers/sinch-verification/sinch-verification.wire.js';
import { LOCAL_CODE } from '../services/providers/local-code/local-code.service.js';

const OPEN_IN_PRODUCTION =
  'CALLERS=open: anyone who reaches the service can send messages, at your cost and within your limits; CALLERS=keys serves only applications';

export interface AdviceResources {
  config: Config;
  logger: Logger;
}

/**
 * Logs advice on the configuration that is not severe enough to refuse the start. Runs in the background and
 * never rejects.
 */
export async function advise({ config, logger }: AdviceResources): Promise<void> {
  if (config.environment === 'production' && config.callers === 'open') {
    logger.warn('config.advice', { outcome: OPEN_IN_PRODUCTION });
  }
  const used = usedProviders(config.routes);
  if (used.has(LOCAL_CODE)) {
    const { message, length } = config.otp;
    for (const outcome of checkTemplates({ ...message, codeLength: length })) {
      logger.warn('config.advice', { outcome });
    }
  }
  // The configured accounts, never those of the simulator.
  const sinch = accountOf(sinchVerification, config.accounts);
  const infobip = accountOf(infobip2fa, config.accounts);
  const timeoutMs = config.providerTimeoutMs;
  if (used.has(SINCH_VERIFICATION) && sinch) {
    const http = new HttpClient({ provider: SINCH_VERIFICATION, baseUrl: sinch.url, timeoutMs });
    await warnAboutAccess(new SinchVerificationService(http, sinch), sinch, logger);
    http.close();
  }
  if (used.has(INFOBIP_2FA) && infobip) {
    const http = new HttpClient({ provider: INFOBIP_2FA, baseUrl: infobip.url, timeoutMs });
    const applications = new InfobipApplicationService(http, infobip);
    await warnAboutWeakerSettings(applications, infobip.applicationId, config.otp, logger);
    http.close();
  }
}
