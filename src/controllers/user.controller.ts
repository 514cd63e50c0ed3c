import type { Request, Response } from 'express';
import type { OperatorCaller } from '../domain/caller.js';
import { AppError } from '../errors/app-error.js';
import { AUDITED, inCamelCase, type AuditLog } from '../services/operations/audit.js';
import type { OperatorService } from '../services/operations/operator.service.js';
import type { UserService } from '../services/users/user.service.js';
import { callerOf } from '../middlewares/caller.js';
import { presentUser } from './present-operator.js';

export class UserController {
  constructor(
    private readonly users: UserService,
    private readonly operator: OperatorService,
    private readonly audit: AuditLog,
  ) {}

  find = async (_req: Request, res: Response): Promise<void> => {
    const phoneNumber = phoneNumberOf(res);
    const caller = callerOf(res);
    const user =
      caller.kind === 'operator'
        ? await this.users.findByPhoneNumber(phoneNumber)
        : await this.users.findInApplication(phoneNumber, caller.applicationId);
    if (!user) throw new AppError('user_not_found');
    res.json(presentUser(user));
  };

  erase = async (_req: Request, res: Response): Promise<void> => {
    const phoneNumber = phoneNumberOf(res);
    const counts = await this.operator.erase(phoneNumber);
    const { keyId } = callerOf(res) as OperatorCaller;
    this.audit.write('erase', AUDITED.erase(phoneNumber, counts), keyId);
    res.json({ phoneNumber, deleted: inCamelCase(counts) });
  };
}

function phoneNumberOf(res: Response): string {
  return (res.locals['params'] as { phoneNumber: string }).phoneNumber;
}
