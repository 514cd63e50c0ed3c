import type { Request, Response } from 'express';
import type { TotpConfirmBody } from '../schemas/account.schema.js';
import type { FactorService } from '../services/accounts/factor.service.js';
import { sessionOf } from './session-of.js';

export class FactorController {
  constructor(private readonly factors: FactorService) {}

  enrolTotp = async (_req: Request, res: Response): Promise<void> => {
    res.json(await this.factors.enrolTotp(sessionOf(res)));
  };

  confirmTotp = async (
    req: Request<unknown, unknown, TotpConfirmBody>,
    res: Response,
  ): Promise<void> => {
    await this.factors.confirmTotp(sessionOf(res), req.body.code);
    res.json({ status: 'totp_active' });
  };

  removeTotp = async (_req: Request, res: Response): Promise<void> => {
    await this.factors.removeTotp(sessionOf(res));
    res.json({ status: 'removed' });
  };

  replaceBackupCodes = async (_req: Request, res: Response): Promise<void> => {
    res.json({ codes: await this.factors.replaceBackupCodes(sessionOf(res)) });
  };
}
