import type { Factor, PendingLogin } from '../../domain/account.js';
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

/** The ways to complete a login: which of them an account offers, and whether what was given is right. */
export class SecondFactors {
  constructor(private readonly deps: SecondFactorDependencies) {}

  /** Once there is an authenticator app, a message to the number is not enough any more. */
  async offeredBy(accountId: string): Promise<Factor[]> {
    const { totp, backupCodes } = this.deps;
    const first: Factor = (await totp.isActive(accountId)) ? 'totp' : 'sms';
    return (await backupCodes.left(accountId)) > 0 ? [first, 'backup_code'] : [first];
  }

  /** @throws AppError when a limit says no, or the provider of the code cannot be asked */
  async check(login: PendingLogin, factor: Factor, code: string): Promise<boolean> {
    if (factor === 'sms') return this.checkMessage(login, code);
    return this.limitFailures(login.accountId, () => this.compare(login.accountId, factor, code));
  }

  /**
   * Counts a code of an account as wrong before it is compared: within a time, and in a row. One that was not compared,
   * because too many were waiting, is not counted.
   * @throws AppError `rate_limited`, or `account_locked` after a hundred in a row
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

  /** The code of this very login; that of another one is not even looked at. */
  private async checkMessage(login: PendingLogin, code: string): Promise<boolean> {
    const { checkCode } = this.deps;
    if (login.verificationId === null) return false;
    const taken = await checkCode.take(login.verificationId);
    try {
      await checkCode.compare(taken, code, null);
      return true;
    } catch (error) {
      if (error instanceof AppError && error.code === 'code_invalid') return false;
      throw error;
    }
  }
}
