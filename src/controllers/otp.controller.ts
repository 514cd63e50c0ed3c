import type { Request, Response } from 'express';
import type { RequestOtpBody, VerifyOtpBody } from '../schemas/otp.schema.js';
import type { OtpService } from '../services/otp/otp.service.js';
import { checkKeyOf, idempotencyKeyOf, verifiedBefore } from './idempotency-key.js';
import { presentRequested, presentVerified } from './present.js';
import { scopeOf } from './scope-of.js';

export class OtpController {
  constructor(private readonly otp: OtpService) {}

  request = async (
    req: Request<unknown, unknown, RequestOtpBody>,
    res: Response,
  ): Promise<void> => {
    const requested = await this.otp.request(req.body, scopeOf(res), idempotencyKeyOf(res));
    res.json(presentRequested(requested));
  };

  verify = async (req: Request<unknown, unknown, VerifyOtpBody>, res: Response): Promise<void> => {
    const id = verifiedBefore(res);
    const scope = scopeOf(res);
    const verified =
      id === undefined
        ? await this.otp.verify(req.body, scope, checkKeyOf(res))
        : await this.otp.verified(id, scope);
    res.json(presentVerified(verified));
  };
}
