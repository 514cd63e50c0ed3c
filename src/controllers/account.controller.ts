import type { Request, Response } from 'express';
import type {
  PasswordBody,
  PasswordResetBody,
  PhoneBody,
  RegisterBody,
} from '../schemas/account.schema.js';
import type { AccountService } from '../services/accounts/account.service.js';
import { scopeOf } from './scope-of.js';
import { presentAccount, presentMe } from './present-account.js';
import { sessionOf } from './session-of.js';

type Body<T> = Request<unknown, unknown, T>;

export class AccountController {
  constructor(private readonly accounts: AccountService) {}

  register = async (req: Body<RegisterBody>, res: Response): Promise<void> => {
    res.json(presentAccount(await this.accounts.register(req.body, scopeOf(res))));
  };

  me = async (_req: Request, res: Response): Promise<void> => {
    res.json(presentMe(await this.accounts.me(sessionOf(res))));
  };

  resetPassword = async (req: Body<PasswordResetBody>, res: Response): Promise<void> => {
    const { proof, newPassword } = req.body;
    await this.accounts.resetPassword(proof, newPassword, scopeOf(res));
    res.json({ status: 'password_changed' });
  };

  changePassword = async (req: Body<PasswordBody>, res: Response): Promise<void> => {
    const { currentPassword, newPassword } = req.body;
    await this.accounts.changePassword(sessionOf(res), currentPassword, newPassword);
    res.json({ status: 'password_changed' });
  };

  changePhone = async (req: Body<PhoneBody>, res: Response): Promise<void> => {
    const { proof } = req.body;
    const changed = await this.accounts.changePhone(sessionOf(res), proof, scopeOf(res));
    res.json(presentAccount(changed));
  };

  remove = async (_req: Request, res: Response): Promise<void> => {
    await this.accounts.remove(sessionOf(res));
    res.json({ status: 'removed' });
  };
}
