import type { Factor, PendingLogin } from '../../domain/account.js';
import type { Scope } from '../../domain/scope.js';
import { AppError } from '../../errors/app-error.js';
import type { AccountRecordService } from './records.service.js';
import type { BackupCodeService } from './backup-code.service.js';
import type { CheckCode } from '../otp/check-code.js';
import { undoIfOverloaded, type CredentialLimitService } from './credential-limit.service.js';
import type { TotpService } from './totp.service.js';

export interface SecondFactorDependencies {
  accounts: AccountRecordService;
  totp: TotpService;
  backupCodes: BackupCodeService;
  checkCode: CheckCode;
  limits: CredentialLimitService;
}

/** Lists the second factors of an account and checks them. */
export class SecondFactors {
  constructor(private readonly deps: SecondFactorDependencies) {}

  /** An active authenticator app replaces codes by message. */
  async offeredBy(accountId: string): Promise<Factor[]> {
    const { totp, backupCodes } = this.deps;
    const first: Factor = (await totp.isActive(accountId)) ? 'totp' : 'sms';
    return (await backupCodes.left(accountId)) > 0 ? [first, 'backup_code'] : [first];
  }

  /** Whether the code is right. @throws AppError when a limit refuses or the provider cannot be reached */
  async check(login: PendingLogin, factor: Factor, code: string, scope: Scope): Promise<boolean> {
    if (factor === 'sms') return this.checkMessage(login, code, scope);
    return this.limitFailures(login.accountId, () => this.compare(login.accountId, factor, code));
  }

  /**
   * Counts a code before comparing it, per time window and in a row. Refunds it if the hasher is overloaded.
   * @throws AppError `rate_limited`, or `account_locked` after too many wrong codes in a row
   */
  async limitFailures(accountId: string, compare: () => Promise<boolean>): Promise<boolean> {
    const { accounts, limits } = this.deps;
    const right = await limits.limitFailures('factor-per-account', accountId, async () => {
      if (!(await accounts.consumeFactorAttempt(accountId))) throw new AppError('account_locked');
      return undoIfOverloaded(compare, () => accounts.refundFactorAttempt(accountId));
    });
    if (right) await accounts.resetFactorAttempts(accountId);
    return right;
  }

  private compare(accountId: string, factor: 'totp' | 'backup_code', code: string) {
    const { totp, backupCodes } = this.deps;
    return factor === 'totp' ? totp.consume(accountId, code) : backupCodes.consume(accountId, code);
  }

  /** Checks the code with the verification of this login only. */
  private async checkMessage(login: PendingLogin, code: string, scope: Scope): Promise<boolean> {
    const { checkCode } = this.deps;
    if (login.verificationId === null) return false;
    const taken = await checkCode.take(login.verificationId, scope);
    try {
      await checkCode.compare(taken, code, { proofId: null, key: null });
      return true;
    } catch (error) {
      if (error instanceof AppError && error.code === 'code_invalid') return false;
      throw error;
    }
  }
}
