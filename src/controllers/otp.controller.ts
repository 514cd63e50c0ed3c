import type { Request, Response } from 'express';
import type { RequestOtpBody, VerifyOtpBody } from '../schemas/otp.schema.js';
import type { OtpService } from '../services/otp/otp.service.js';
import { checkKeyOf, idempotencyKeyOf, verifiedBefore } from './idempotency-key.js';
import { presentRequested, presentVerified } from './present.js';

export class OtpController {
  constructor(private readonly otp: OtpService) {}

  request = async (
    req: Request<unknown, unknown, RequestOtpBody>,
    res: Response,
  ): Promise<void> => {
    res.json(presentRequested(await this.otp.request(req.body, idempotencyKeyOf(res))));
  };

  verify = async (req: Request<unknown, unknown, VerifyOtpBody>, res: Response): Promise<void> => {
    const id = verifiedBefore(res);
    const verified =
      id === undefined
        ? await this.otp.verify(req.body, checkKeyOf(res))
        : await this.otp.verified(id);
    res.json(presentVerified(verified));
  };
}
