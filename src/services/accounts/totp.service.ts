import type { Statements } from '../../database/statements.js';
import type { Session } from '../../domain/account.js';
import { SESSION_PARAMETERS } from './records.sql.js';
import { sessionKey } from './session-authenticator.js';
import { newEnrolment, stepOf, type Enrolment } from './totp/authenticator.js';
import type { SecretBox } from '../../domain/secret-box.js';

export interface TotpRules {
  brand: string;
  /** How many 30-second steps back a code is accepted. */
  stepsBack: number;
}

const ENROL = `
INSERT INTO account_totp AS t (account_id, sealed_secret) VALUES ($1::uuid, $2)
ON CONFLICT (account_id) DO UPDATE SET sealed_secret = excluded.sealed_secret, last_step = 0, created_at = now()
WHERE NOT t.active RETURNING t.account_id`;

const FIND = `
SELECT sealed_secret, active, extract(epoch FROM now())::float8 AS seconds FROM account_totp WHERE account_id = $1`;

/** $4 step, $5 the compared sealed secret */
const CONFIRM = `SELECT confirm_totp(${SESSION_PARAMETERS}, $4::bigint, $5) AS outcome`;

/**
 * Of concurrent uses of a step, one finds an earlier last step.
 * $1 account, $2 step, $3 the compared sealed secret, $4 the secret sealed with the first key
 */
const CONSUME_STEP = `
UPDATE account_totp SET last_step = $2::bigint, sealed_secret = $4
WHERE account_id = $1 AND active AND sealed_secret = $3 AND last_step < $2::bigint RETURNING account_id`;

const REMOVE = `SELECT remove_totp(${SESSION_PARAMETERS}) AS outcome`;

/** `ended`: the requesting session is no longer valid. */
type ConfirmOutcome = 'confirmed' | 'wrong' | 'none' | 'active' | 'ended';
type RemoveOutcome = 'removed' | 'none' | 'ended';

interface TotpRow {
  sealed_secret: string;
  active: boolean;
  seconds: number;
}

/** Owns `account_totp`: codes of authenticator apps (RFC 6238). Each time step works once. */
export class TotpService {
  constructor(
    private readonly statements: Statements,
    private readonly box: SecretBox,
    private readonly rules: TotpRules,
  ) {}

  async isActive(accountId: string): Promise<boolean> {
    return (await this.find(accountId))?.active ?? false;
  }

  /** Creates a secret, inactive until {@link confirm}; undefined when one is active. */
  async enrol(accountId: string, label: string): Promise<Enrolment | undefined> {
    const enrolment = newEnrolment(this.rules.brand, label);
    const sealed = this.box.seal(enrolment.secret, accountId);
    const row = await this.statements.first(ENROL, [accountId, sealed]);
    return row && enrolment;
  }

  /** Activates the secret with its first code, uses up the code's step and ends all other sessions. */
  async confirm(by: Session, code: string): Promise<ConfirmOutcome> {
    const { accountId } = by;
    const row = await this.find(accountId);
    if (!row) return 'none';
    if (row.active) return 'active';
    const step = this.stepIn(row, accountId, code);
    if (step === undefined) return 'wrong';
    return this.outcome(CONFIRM, [...sessionKey(by), step, row.sealed_secret]);
  }

  /** Uses up the time step of a code. True for one of concurrent calls with a right code. */
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

  /** Removes the secret and ends all other sessions. */
  remove(by: Session): Promise<RemoveOutcome> {
    return this.outcome(REMOVE, sessionKey(by));
  }

  private stepIn(row: TotpRow, accountId: string, code: string): number | undefined {
    const secret = this.box.open(row.sealed_secret, accountId);
    return stepOf(secret, code, row.seconds, this.rules.stepsBack);
  }

  private async outcome<T extends string>(statement: string, bind: unknown[]): Promise<T> {
    const row = await this.statements.first<{ outcome: T }>(statement, bind);
    if (!row) throw new Error('The SQL function returned no row');
    return row.outcome;
  }

  private find(accountId: string): Promise<TotpRow | undefined> {
    return this.statements.first<TotpRow>(FIND, [accountId]);
  }
}
