import type { ApplicationController } from '../controllers/application.controller.js';
import type { CallbackController } from '../controllers/callback.controller.js';
import type { HealthController } from '../controllers/health.controller.js';
import type { OperatorController } from '../controllers/operator.controller.js';
import type { OtpController } from '../controllers/otp.controller.js';
import type { ProofController } from '../controllers/proof.controller.js';
import type { SearchController } from '../controllers/search.controller.js';
import type { UserController } from '../controllers/user.controller.js';
import type { VerificationController } from '../controllers/verification.controller.js';
import type { WebhookController } from '../controllers/webhook.controller.js';
import { applicationRoutes } from './application.routes.js';
import { callbackRoutes, type EnabledCallbacks } from './callback.routes.js';
import { healthRoutes } from './health.routes.js';
import { operatorRoutes } from './operator.routes.js';
import { otpRoutes, type OtpLimits } from './otp.routes.js';
import { proofRoutes } from './proof.routes.js';
import type { Route } from './route.js';
import { searchRoutes } from './search.routes.js';
import { userRoutes } from './user.routes.js';
import { verificationRoutes } from './verification.routes.js';
import { webhookRoutes } from './webhook.routes.js';

export interface Controllers {
  otp: OtpController;
  verification: VerificationController;
  search: SearchController;
  user: UserController;
  operator: OperatorController;
  proof: ProofController;
  application: ApplicationController;
  webhook: WebhookController;
  callback: CallbackController;
  health: HealthController;
}

/** All routes of the API, in the order of the documentation. */
export function apiRoutes(
  controllers: Controllers,
  limits: OtpLimits,
  enabledCallbacks: EnabledCallbacks,
  accounts: readonly Route[],
): Route[] {
  return [
    ...otpRoutes(controllers.otp, limits),
    ...verificationRoutes(controllers.verification, limits),
    ...searchRoutes(controllers.search),
    ...userRoutes(controllers.user),
    ...proofRoutes(controllers.proof),
    ...accounts,
    ...applicationRoutes(controllers.application),
    ...webhookRoutes(controllers.webhook),
    ...operatorRoutes(controllers.operator),
    ...callbackRoutes(controllers.callback, enabledCallbacks),
    ...healthRoutes(controllers.health),
  ];
}
