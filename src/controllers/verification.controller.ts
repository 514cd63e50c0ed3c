import type { Request, Response } from 'express';
import type { ResendBody } from '../schemas/otp.schema.js';
import type { VerificationService } from '../services/otp/verification.service.js';
import { idempotencyKeyOf } from './idempotency-key.js';
import { presentHeld, presentRequested } from './present.js';
import { scopeOf } from './scope-of.js';

export class VerificationController {
  constructor(private readonly verifications: VerificationService) {}

  find = async (req: Request, res: Response): Promise<void> => {
    res.json(presentHeld(await this.verifications.find(idOf(req), scopeOf(res))));
  };

  cancel = async (req: Request, res: Response): Promise<void> => {
    res.json(presentHeld(await this.verifications.cancel(idOf(req), scopeOf(res))));
  };

  resend = async (req: Request, res: Response): Promise<void> => {
    const asked = req.body as ResendBody;
    const resent = await this.verifications.resend(
      idOf(req),
      asked,
      scopeOf(res),
      idempotencyKeyOf(res),
    );
    res.json(presentRequested(resent));
  };
}

function idOf(req: Request): string {
  return String(req.params['id']);
}
