import type { Session } from '../../domain/account.js';
import { AppError } from '../../errors/app-error.js';
import type { Logger } from '../../observability/logger.js';
import type { AccountRecordService } from './records.service.js';
import type { BackupCodeService } from './backup-code.service.js';
import type { CredentialLimitService } from './credential-limit.service.js';
import type { SecondFactors } from './second-factors.js';
import { requireRecentLogin } from './session-authenticator.js';
import type { TotpService } from './totp.service.js';
import type { Enrolment } from './totp/authenticator.js';

export interface FactorDependencies {
  accounts: AccountRecordService;
  factors: SecondFactors;
  totp: TotpService;
  backupCodes: BackupCodeService;
  limits: CredentialLimitService;
  logger: Logger;
}

/** Sets up and removes the second factors of an account. Every method needs a recent login. */
export class FactorService {
  constructor(private readonly deps: FactorDependencies) {}

  /** Creates a TOTP secret, shown only once. It is active after {@link confirmTotp}. */
  async enrolTotp(session: Session): Promise<Enrolment> {
    const { accounts, totp, limits } = this.deps;
    requireRecentLogin(session);
    await limits.consume('new-factor-per-account', session.accountId);
    const account = await accounts.find(session.accountId);
    if (!account) throw new AppError('token_invalid');
    const enrolment = await totp.enrol(account.id, account.phoneNumber);
    if (!enrolment) throw new AppError('totp_active');
    return enrolment;
  }

  /** Activates the authenticator app with its first right code. Ends all other sessions. */
  async confirmTotp(session: Session, code: string): Promise<void> {
    const { totp, factors, logger } = this.deps;
    requireRecentLogin(session);
    const { accountId } = session;
    const right = await factors.limitFailures(accountId, async () => {
      const outcome = await totp.confirm(session, code);
      if (outcome === 'ended') throw new AppError('token_invalid');
      if (outcome === 'none') throw new AppError('totp_not_found');
      if (outcome === 'active') throw new AppError('totp_active');
      return outcome === 'confirmed';
    });
    if (!right) throw new AppError('code_invalid');
    logger.info('account.totp_confirmed', { accountId });
  }

  /** Returns to codes by message. Ends all other sessions. */
  async removeTotp(session: Session): Promise<void> {
    const { totp, logger } = this.deps;
    requireRecentLogin(session);
    const outcome = await totp.remove(session);
    if (outcome === 'ended') throw new AppError('token_invalid');
    if (outcome === 'none') throw new AppError('totp_not_found');
    logger.info('account.totp_removed', { accountId: session.accountId });
  }

  /** Creates ten backup codes, shown only once, and invalidates the previous ones. */
  async replaceBackupCodes(session: Session): Promise<string[]> {
    const { backupCodes, limits, logger } = this.deps;
    requireRecentLogin(session);
    await limits.consume('new-factor-per-account', session.accountId);
    const codes = await backupCodes.replace(session);
    if (!codes) throw new AppError('token_invalid');
    logger.info('account.backup_codes_made', { accountId: session.accountId });
    return codes;
  }
}
