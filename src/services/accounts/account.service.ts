import type { Account, Session } from '../../domain/account.js';
import type { PhoneNumber } from '../../domain/phone-number.js';
import type { Scope } from '../../domain/scope.js';
import { AppError } from '../../errors/app-error.js';
import type { Logger } from '../../observability/logger.js';
import type { AccountProofs } from './account-proofs.js';
import type { AccountRecordService } from './records.service.js';
import type { BackupCodeService } from './backup-code.service.js';
import type { CredentialLimitService } from './credential-limit.service.js';
import type { Hasher } from './password/hashing.js';
import { passwordFault } from './password/policy.js';
import { requireRecentLogin } from './session-authenticator.js';
import type { TotpService } from './totp.service.js';

export interface AccountState {
  account: Account;
  session: Session;
  totp: boolean;
  backupCodes: number;
}

export interface AccountDependencies {
  accounts: AccountRecordService;
  proofs: AccountProofs;
  totp: TotpService;
  backupCodes: BackupCodeService;
  limits: CredentialLimitService;
  hasher: Hasher;
  logger: Logger;
  /** Service name, refused in passwords. */
  brand: string;
}

/** Registers, changes and removes accounts. Each change needs a proof, a session or both. */
export class AccountService {
  constructor(private readonly deps: AccountDependencies) {}

  /**
   * Creates an account of the application on the proved number, and removes the number's previous account
   * there.
   */
  async register(
    request: { proof: string; password: string; name?: string | undefined },
    scope: Scope,
  ): Promise<Account> {
    const { accounts, proofs, hasher, logger } = this.deps;
    const { proof, password, name = null } = request;
    const number = await proofs.verify(proof, 'register', scope);
    this.requireAcceptablePassword(password, '/password', number, name);
    const passwordHash = await hasher.hash(password);
    await proofs.spend(proof, scope);
    const { id, replaced } = await accounts.create({
      applicationId: scope.applicationId,
      phoneNumber: number.e164,
      country: number.country,
      passwordHash,
      name,
    });
    logger.info('account.registered', { accountId: id, outcome: replaced ? 'replaced' : 'new' });
    return this.requireAccount(id);
  }

  /** Sets a new password for the holder of a proof. Ends all sessions and opens none. */
  async resetPassword(proof: string, newPassword: string, scope: Scope): Promise<void> {
    const { accounts, proofs, hasher, logger } = this.deps;
    const number = await proofs.verify(proof, 'password-reset', scope);
    const account = await accounts.findByPhone(number.e164, scope.applicationId);
    this.requireAcceptablePassword(newPassword, '/newPassword', number, account?.name ?? null);
    const hash = await hasher.hash(newPassword);
    await proofs.spend(proof, scope);
    // Answers the same without an account, so that a proof does not reveal whether one exists.
    const changed = account !== undefined && (await accounts.resetPassword(account, hash));
    logger.info('account.password_reset', {
      ...(account && { accountId: account.id }),
      outcome: changed ? 'changed' : 'none',
    });
  }

  /** Sets a new password, given the current one. Ends all other sessions. */
  async changePassword(session: Session, current: string, next: string): Promise<void> {
    const { accounts, hasher, limits, logger } = this.deps;
    const account = await this.requireAccount(session.accountId);
    const right = await limits.limitFailures('password-per-phone', account.phoneNumber, () =>
      hasher.matches(account.passwordHash, current),
    );
    if (!right) throw new AppError('credentials_invalid');
    this.requireAcceptablePassword(
      next,
      '/newPassword',
      { e164: account.phoneNumber },
      account.name,
    );
    const hash = await hasher.hash(next);
    if (!(await accounts.changePassword(session, hash))) throw new AppError('token_invalid');
    logger.info('account.password_changed', { accountId: account.id });
  }

  /** Moves the account to another proved number. Needs a recent login. */
  async changePhone(session: Session, proof: string, scope: Scope): Promise<Account> {
    const { accounts, proofs, logger } = this.deps;
    requireRecentLogin(session);
    const number = await proofs.verify(proof, 'phone-change', scope);
    await proofs.spend(proof, scope);
    const moved = await accounts.changePhone(session, number.e164, number.country);
    if (!moved) throw new AppError('token_invalid');
    logger.info('account.phone_changed', { accountId: session.accountId });
    return this.requireAccount(session.accountId);
  }

  async me(session: Session): Promise<AccountState> {
    const { totp, backupCodes } = this.deps;
    const account = await this.requireAccount(session.accountId);
    return {
      account,
      session,
      totp: await totp.isActive(account.id),
      backupCodes: await backupCodes.left(account.id),
    };
  }

  /** Removes the account with all its data, but not the user record of the number. Needs a recent login. */
  async remove(session: Session): Promise<void> {
    requireRecentLogin(session);
    if (!(await this.deps.accounts.remove(session))) throw new AppError('token_invalid');
    this.deps.logger.info('account.removed', { accountId: session.accountId });
  }

  private async requireAccount(id: string): Promise<Account> {
    const account = await this.deps.accounts.find(id);
    if (!account) throw new AppError('token_invalid');
    return account;
  }

  private requireAcceptablePassword(
    password: string,
    pointer: string,
    { e164: phoneNumber }: Pick<PhoneNumber, 'e164'>,
    name: string | null,
  ): void {
    const { brand } = this.deps;
    const message = passwordFault(password, { phoneNumber, name, brand });
    if (message === undefined) return;
    throw new AppError('invalid_request', { extras: { errors: [{ pointer, message }] } });
  }
}
