import type { HealthController } from '../controllers/health.controller.js';
import type { OtpController } from '../controllers/otp.controller.js';
import type { ProofController } from '../controllers/proof.controller.js';
import { healthRoutes } from './health.routes.js';
import { otpRoutes, type OtpLimits } from './otp.routes.js';
import { proofRoutes } from './proof.routes.js';
import type { Route } from './route.js';

export interface Controllers {
  otp: OtpController;
  proof: ProofController;
  health: HealthController;
}

/** The API, in the order in which a reader meets it. */
export function apiRoutes(controllers: Controllers, limits: OtpLimits): Route[] {
  return [
    ...otpRoutes(controllers.otp, limits),
    ...proofRoutes(controllers.proof),
    ...healthRoutes(controllers.health),
  ];
}
