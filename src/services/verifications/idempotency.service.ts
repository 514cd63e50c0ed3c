import type { Statements } from '../../database/statements.js';

/** An answer as it was given the first time. */
export interface KeptAnswer {
  status: number;
  body: string;
}

export type IdempotencyState =
  | { kind: 'fresh' }
  | { kind: 'replay'; answer: KeptAnswer }
  | { kind: 'in_progress' }
  | { kind: 'reused' };

/** A request whose process died before it could answer. */
export interface OrphanedKey {
  keyHash: string;
  /** Null when nothing was begun: then the key is free again. */
  verificationId: string | null;
}

const CLAIM = `
WITH fresh AS (
  INSERT INTO idempotency_keys (key_hash, request_hash) VALUES ($1, $2)
  ON CONFLICT (key_hash) DO UPDATE SET
    request_hash = excluded.request_hash, verification_id = NULL, status = NULL, body = NULL, created_at = now()
  WHERE idempotency_keys.created_at <= now() - interval '24 hours'
  RETURNING key_hash
)
SELECT true AS fresh, NULL AS request_hash, NULL::int AS status, NULL AS body FROM fresh
UNION ALL
SELECT false, request_hash, status, body FROM idempotency_keys
WHERE key_hash = $1 AND NOT EXISTS (SELECT FROM fresh)`;

const FINISH = `UPDATE idempotency_keys SET status = $2::int, body = $3 WHERE key_hash = $1 AND status IS NULL`;

// Only what has begun nothing can be forgotten: a send that was begun may have gone out.
const RELEASE = `DELETE FROM idempotency_keys WHERE key_hash = $1 AND status IS NULL`;

// OPEN and BEGIN_RESEND tie the key to what they begin in their own transaction, so no id means that nothing
// was.
const RELEASE_UNBEGUN = `
DELETE FROM idempotency_keys WHERE key_hash = $1 AND status IS NULL AND verification_id IS NULL`;

const ORPHANS = `
SELECT key_hash, verification_id FROM idempotency_keys
WHERE status IS NULL AND created_at < now() - make_interval(secs => $1::int) LIMIT 100`;

/** Keeps the answers to requests that carry an Idempotency-Key, for 24 hours. Owns `idempotency_keys`. */
export class IdempotencyService {
  constructor(private readonly statements: Statements) {}

  /** Of any number of simultaneous claims one is `fresh`; it must be followed by `finish` or `release`. */
  async claim(keyHash: string, requestHash: string): Promise<IdempotencyState> {
    const row = await this.statements.first<{
      fresh: boolean;
      request_hash: string;
      status: number | null;
      body: string | null;
    }>(CLAIM, [keyHash, requestHash]);
    // The other one's row was not there yet when this statement began: it has only just started.
    if (!row) return { kind: 'in_progress' };
    if (row.fresh) return { kind: 'fresh' };
    if (row.request_hash !== requestHash) return { kind: 'reused' };
    if (row.status === null || row.body === null) return { kind: 'in_progress' };
    return { kind: 'replay', answer: { status: row.status, body: row.body } };
  }

  async finish(keyHash: string, answer: KeptAnswer): Promise<void> {
    await this.statements.finishing.all(FINISH, [keyHash, answer.status, answer.body]);
  }

  /** Forgets a claim that began nothing, so that the same key can be tried again. */
  async release(keyHash: string): Promise<void> {
    await this.statements.finishing.all(RELEASE, [keyHash]);
  }

  /** The same, where it is not certain that nothing was begun: otherwise the claim stays as it is. */
  async releaseUnbegun(keyHash: string): Promise<void> {
    await this.statements.finishing.all(RELEASE_UNBEGUN, [keyHash]);
  }

  /** Claims older than `seconds` that nobody will finish any more. */
  async orphans(seconds: number): Promise<OrphanedKey[]> {
    const rows = await this.statements.all<{ key_hash: string; verification_id: string | null }>(
      ORPHANS,
      [seconds],
    );
    return rows.map((row) => ({ keyHash: row.key_hash, verificationId: row.verification_id }));
  }
}
