import type { Statements } from '../../database/statements.js';
import type { Session } from '../../domain/account.js';
import { sessionKey } from './session-authenticator.js';
import { newEnrolment, stepOf, type Enrolment } from './totp/authenticator.js';
import type { SecretBox } from './totp/secret-box.js';

export interface TotpRules {
  /** Name of the service, as the app shows it. */
  brand: string;
  /** Steps of 30 s before the current one that a code may be from. */
  stepsBack: number;
}

const ENROL = `
INSERT INTO account_totp AS t (account_id, sealed_secret) VALUES ($1::uuid, $2)
ON CONFLICT (account_id) DO UPDATE SET sealed_secret = excluded.sealed_secret, last_step = 0, created_at = now()
WHERE NOT t.active RETURNING t.account_id`;

const FIND = `
SELECT sealed_secret, active, extract(epoch FROM now())::float8 AS seconds FROM account_totp WHERE account_id = $1`;

/** $1 account, $2 session, $3 version admitted, $4 step, $5 secret as it was compared */
const CONFIRM = `SELECT confirm_totp($1::uuid, $2::uuid, $3::int, $4::bigint, $5) AS outcome`;

/**
 * Of any number of uses of a step one finds the last one smaller.
 * $1 account, $2 step, $3 secret as it was compared, $4 the same secret under the first key
 */
const CONSUME_STEP = `
UPDATE account_totp SET last_step = $2::bigint, sealed_secret = $4
WHERE account_id = $1 AND active AND sealed_secret = $3 AND last_step < $2::bigint RETURNING account_id`;

/** $1 account, $2 session, $3 version admitted */
const REMOVE = `SELECT remove_totp($1::uuid, $2::uuid, $3::int) AS outcome`;

/** Of a change that ends all other sessions; `ended`: the session that asks for it was not good any more. */
type ConfirmOutcome = 'confirmed' | 'wrong' | 'none' | 'active' | 'ended';
type RemoveOutcome = 'removed' | 'none' | 'ended';

interface TotpRow {
  sealed_secret: string;
  active: boolean;
  seconds: number;
}

/** Owns `account_totp`: codes of authenticator apps (RFC 6238). A time step is good once, and never before it has begun. */
export class TotpService {
  constructor(
    private readonly statements: Statements,
    private readonly box: SecretBox,
    private readonly rules: TotpRules,
  ) {}

  async isActive(accountId: string): Promise<boolean> {
    return (await this.find(accountId))?.active ?? false;
  }

  /** A new secret, which counts once a code of it was given; undefined when one counts already. */
  async enrol(accountId: string, label: string): Promise<Enrolment | undefined> {
    const enrolment = newEnrolment(this.rules.brand, label);
    const sealed = this.box.seal(enrolment.secret, accountId);
    const row = await this.statements.first(ENROL, [accountId, sealed]);
    return row && enrolment;
  }

  /** The first code, from which on the secret counts, and all other sessions end. That code's step is used up. */
  async confirm(by: Session, code: string): Promise<ConfirmOutcome> {
    const { accountId } = by;
    const row = await this.find(accountId);
    if (!row) return 'none';
    if (row.active) return 'active';
    const step = this.stepIn(row, accountId, code);
    if (step === undefined) return 'wrong';
    return this.outcome(CONFIRM, [...sessionKey(by), step, row.sealed_secret]);
  }

  /** Whether the code is right and its step was not used: of any number of calls one gets a yes. */
  async consume(accountId: string, code: string): Promise<boolean> {
    const row = await this.find(accountId);
    const step = row?.active === true ? this.stepIn(row, accountId, code) : undefined;
    if (!row || step === undefined) return false;
    const kept = row.sealed_secret;
    const sealed = this.box.needsReseal(kept)
      ? this.box.seal(this.box.open(kept, accountId), accountId)
      : kept;
    return (
      (await this.statements.first(CONSUME_STEP, [accountId, step, kept, sealed])) !== undefined
    );
  }

  /** Ends all other sessions, unless there was none to remove. */
  remove(by: Session): Promise<RemoveOutcome> {
    return this.outcome(REMOVE, sessionKey(by));
  }

  private stepIn(row: TotpRow, accountId: string, code: string): number | undefined {
    const secret = this.box.open(row.sealed_secret, accountId);
    return stepOf(secret, code, row.seconds, this.rules.stepsBack);
  }

  private async outcome<T extends string>(statement: string, bind: unknown[]): Promise<T> {
    const row = await this.statements.first<{ outcome: T }>(statement, bind);
    if (!row) throw new Error('a function returned nothing');
    return row.outcome;
  }

  private find(accountId: string): Promise<TotpRow | undefined> {
    return this.statements.first<TotpRow>(FIND, [accountId]);
  }
}
