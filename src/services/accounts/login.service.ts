import type { Account, Factor, PendingLogin, Session } from '../../domain/account.js';
import type { Scope } from '../../domain/scope.js';
import type { Channel, Verification } from '../../domain/verification.js';
import { AppError } from '../../errors/app-error.js';
import type { Logger } from '../../observability/logger.js';
import type { AccessTokens } from './access-tokens.js';
import type { AccountRecordService } from './records.service.js';
import { undoIfOverloaded, type CredentialLimitService } from './credential-limit.service.js';
import { shouldRehash, isHasherOverloaded, type Hasher } from './password/hashing.js';
import type { NumberPolicy } from '../limits/number-policy.js';
import { padToStep } from '../otp/pad-to-step.js';
import type { PendingLoginService, StartedPendingLogin } from './pending-login.service.js';
import type { Resend } from '../otp/resend.js';
import type { SendCode } from '../otp/send-code.js';
import type { SecondFactors } from './second-factors.js';
import type { IssuedSession, SessionService } from './session.service.js';
import type { VerificationRecordService } from '../verifications/records.service.js';

export interface Credentials {
  phoneNumber: string;
  country?: string | undefined;
  password: string;
}

export interface StartedLogin {
  loginToken: string;
  expiresIn: number;
  factors: readonly Factor[];
  /** The code that was sent, or in a cool-down the one that can be; undefined when no message can be sent. */
  verification: SentCode | undefined;
}

export type SentCode = Pick<
  Verification,
  'channel' | 'expiresAt' | 'resendAt' | 'codeLength' | 'device'
>;

export interface Tokens {
  accessToken: string;
  refreshToken: string;
  expiresIn: number;
}

export interface LoginDependencies {
  accounts: AccountRecordService;
  logins: PendingLoginService;
  sessions: SessionService;
  factors: SecondFactors;
  sendCode: SendCode;
  resend: Resend;
  records: VerificationRecordService;
  tokens: AccessTokens;
  limits: CredentialLimitService;
  numbers: NumberPolicy;
  hasher: Hasher;
  logger: Logger;
  /** The time of a password refusal is padded to a multiple of this; 0: not padded. */
  refusalStepMs: number;
}

/** Logs in with password and second factor; refreshes and ends sessions. */
export class LoginService {
  constructor(private readonly deps: LoginDependencies) {}

  /** Checks the password and starts the second factor. Does not reveal which numbers have accounts. */
  async login(credentials: Credentials, scope: Scope): Promise<StartedLogin> {
    const { accounts, hasher, limits, numbers, logins, factors, logger } = this.deps;
    const startedAt = performance.now();
    const { e164 } = numbers.read(credentials.phoneNumber, credentials.country);
    let account: Account | undefined;
    const right = await limits.limitFailures('password-per-phone', e164, async () => {
      account = await accounts.findByPhone(e164, scope.applicationId);
      return hasher.matches(account?.passwordHash, credentials.password);
    });
    if (!account || !right) {
      logger.info('account.login_refused', { outcome: 'credentials' });
      // Imported bcrypt hashes take longer than ours, so the response time would reveal the account.
      await padToStep(startedAt, this.deps.refusalStepMs);
      throw new AppError('credentials_invalid');
    }
    await this.improveHash(account, credentials.password);
    const offered = await factors.offeredBy(account.id);
    const begun = await logins.start(account, offered);
    const { token: loginToken, expiresIn } = begun;
    const verification = await this.sendFirstCode(account, begun, offered, scope, startedAt);
    logger.info('account.login_begun', { accountId: account.id });
    return { loginToken, expiresIn, factors: offered, verification };
  }

  /** Sends another code for a login with the factor `sms`. */
  async resend(
    loginToken: string,
    channel: Channel | undefined,
    scope: Scope,
  ): Promise<Verification> {
    const { logins, accounts, resend } = this.deps;
    const login = await logins.find(loginToken, scope.applicationId);
    if (!login) throw new AppError('token_invalid');
    requireOffered(login, 'sms');
    if (login.verificationId !== null) {
      return resend.run(login.verificationId, { channel }, afterPassword(scope), null);
    }
    const account = await accounts.find(login.accountId);
    if (!account) throw new AppError('token_invalid');
    return this.sendCode(account, login.id, scope, channel);
  }

  /** Checks the second factor. Of concurrent calls with the right code, one opens a session. */
  async verify(loginToken: string, factor: Factor, code: string, scope: Scope): Promise<Tokens> {
    const { logins, sessions, factors, logger } = this.deps;
    const login = await logins.consumeAttempt(loginToken, scope.applicationId);
    if (login === undefined) throw new AppError('token_invalid');
    if (login === 'exhausted') throw exhausted();
    requireOffered(login, factor);
    const fields = { accountId: login.accountId, factor };
    const right = await undoIfOverloaded(
      () => factors.check(login, factor, code, afterPassword(scope)),
      () => logins.refundAttempt(login.id),
    );
    if (!right) {
      logger.info('account.login_refused', { ...fields, outcome: 'factor' });
      const attemptsRemaining = logins.attemptsLeft(login);
      throw new AppError('code_invalid', { extras: { attemptsRemaining } });
    }
    const opened = (await logins.markUsed(login.id))
      ? await sessions.open(login.accountId, login.version, factor)
      : undefined;
    if (!opened) throw new AppError('token_invalid');
    logger.info('account.logged_in', { ...fields, sessionId: opened.session.id });
    return this.tokensOf(opened, scope);
  }

  /** Issues new tokens. A reused refresh token ends its session, because the token was stolen. */
  async refresh(refreshToken: string, scope: Scope): Promise<Tokens> {
    const { sessions, logger } = this.deps;
    const refreshed = await sessions.refresh(refreshToken, scope.applicationId);
    if (refreshed) return this.tokensOf(refreshed, scope);
    const ended = await sessions.endIfReused(refreshToken, scope.applicationId);
    if (ended) {
      const fields = { accountId: ended.accountId, sessionId: ended.id };
      logger.warn('account.token_reused', { ...fields, factor: 'refresh', outcome: 'reused' });
    }
    throw new AppError('token_invalid');
  }

  async logout(session: Session): Promise<void> {
    await this.deps.sessions.end(session.id);
    const fields = { accountId: session.accountId, sessionId: session.id };
    this.deps.logger.info('account.logged_out', fields);
  }

  async logoutAll(session: Session): Promise<void> {
    const ended = await this.deps.accounts.endSessions(session);
    if (!ended) throw new AppError('token_invalid');
    this.deps.logger.info('account.logged_out_everywhere', { accountId: session.accountId });
  }

  sessionsOf(session: Session): Promise<Session[]> {
    return this.deps.sessions.list(session.accountId);
  }

  /** A failed send does not end a login that has another factor. */
  private async sendFirstCode(
    account: Account,
    begun: StartedPendingLogin,
    offered: readonly Factor[],
    scope: Scope,
    startedAt: number,
  ): Promise<SentCode | undefined> {
    if (!offered.includes('sms')) return undefined;
    try {
      return await this.sendCode(account, begun.id, scope);
    } catch (error) {
      if (error instanceof AppError && error.code === 'cooldown') {
        // A refusal, or an answer at once, would tell others that the password is right.
        await padToStep(startedAt, this.deps.refusalStepMs);
        return withoutCode(begun, error.extras.retryAfter ?? 0);
      }
      if (error instanceof AppError && offered.length > 1) return undefined;
      throw error;
    }
  }

  /** After a send with unknown outcome the login continues, because the message may still arrive. */
  private async sendCode(
    account: Account,
    loginId: string,
    scope: Scope,
    channel: Channel = 'sms',
  ): Promise<Verification> {
    const { sendCode, logins, numbers } = this.deps;
    const number = numbers.reread(account.phoneNumber);
    try {
      const request = { number, channel, purpose: 'login', loginId };
      const sent = await sendCode.run(request, afterPassword(scope), null);
      await logins.attachVerification(loginId, sent.id);
      return sent;
    } catch (error) {
      const id = error instanceof AppError ? error.extras.verificationId : undefined;
      const open = id === undefined ? undefined : await this.deps.records.find(id);
      if (!open) throw error;
      await logins.attachVerification(loginId, open.id);
      return open;
    }
  }

  /** Replaces an imported or outdated hash while the password is known. */
  private async improveHash(account: Account, password: string): Promise<void> {
    const { accounts, hasher } = this.deps;
    if (!shouldRehash(account.passwordHash, password)) return;
    try {
      await accounts.rehash(account, await hasher.hash(password));
    } catch (error) {
      if (!isHasherOverloaded(error)) throw error;
    }
  }

  private tokensOf({ session, refreshToken }: IssuedSession, scope: Scope): Tokens {
    const { token: accessToken, expiresIn } = this.deps.tokens.sign(session, scope);
    return { accessToken, refreshToken, expiresIn };
  }
}

/** Strangers cannot spend the budget of logins: they do not get past the password. */
function afterPassword(scope: Scope): Scope {
  const { budget } = scope;
  return budget.kind === 'shared' ? { ...scope, budget: { ...budget, kind: 'login' } } : scope;
}

/** No code is out for this login; `resendAt` is the end of the cool-down. */
function withoutCode({ expiresAt, expiresIn }: StartedPendingLogin, retryAfter: number): SentCode {
  const resendAt = new Date(expiresAt.getTime() + (retryAfter - expiresIn) * 1000);
  return { channel: 'sms', expiresAt, resendAt, codeLength: null, device: null };
}

function requireOffered(login: PendingLogin, factor: Factor): void {
  if (login.factors.includes(factor)) return;
  const errors = [{ pointer: '/factor', message: 'is not available for this login' }];
  throw new AppError('invalid_request', { extras: { errors } });
}

function exhausted(): AppError {
  const extras = { attemptsRemaining: 0, retryAfter: 1 };
  return new AppError('attempts_exhausted', { detail: 'Log in again.', extras });
}
