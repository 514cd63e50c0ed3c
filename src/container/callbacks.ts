import { accountOf } from '../config/accounts.js';
import type { Config } from '../config/config.js';
import type { ProviderAccounts } from '../config/provider-record.js';
import { sinchVerification } from '../config/providers.js';
import { CallbackController } from '../controllers/callback.controller.js';
import type { Statements } from '../database/statements.js';
import type { Logger } from '../observability/logger.js';
import { SINCH_VERIFICATION_CALLBACK, type EnabledCallbacks } from '../routes/callback.routes.js';
import type { BackgroundWork } from '../services/operations/background-work.js';
import { CallbackService } from '../services/callbacks/callback.service.js';
import { DeliveryService } from '../services/callbacks/delivery.service.js';

export interface CallbackResources {
  config: Config;
  accounts: ProviderAccounts;
  statements: Statements;
  logger: Logger;
  background: BackgroundWork;
}

/** Creates the controller of the callback routes, and determines which routes are enabled. */
export function createCallbacks({ config, accounts, ...rest }: CallbackResources): {
  controller: CallbackController;
  enabled: EnabledCallbacks;
} {
  const { token, ownCodes, sinchSmsSecret } = config.callbacks;
  const account = accountOf(sinchVerification, accounts);
  const service = new CallbackService({
    deliveries: new DeliveryService(rest.statements),
    logger: rest.logger,
    options: {
      sinchVerification: account && {
        ...account,
        path: config.basePath + SINCH_VERIFICATION_CALLBACK,
      },
      token,
      sinchSmsSecret,
      ownCodeLength: ownCodes ? config.otp.length : null,
      sendWindowSeconds: rest.background.lostAfterSeconds,
    },
  });
  return {
    controller: new CallbackController(service),
    enabled: {
      sinchVerification: account !== undefined,
      deliveryReports: token !== undefined,
    },
  };
}
