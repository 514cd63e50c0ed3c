import type { Statements } from '../../database/statements.js';

/** The stored response to the first request. */
export interface StoredResponse {
  status: number;
  body: string;
}

export type IdempotencyState =
  | { kind: 'fresh' }
  | { kind: 'replay'; response: StoredResponse }
  | { kind: 'in_progress' }
  | { kind: 'reused' };

/** A key whose process crashed before it responded. */
export interface OrphanedKey {
  keyHash: string;
  /** Null when no send was started, so the key can be released. */
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

// The caller must know that no message was sent.
const RELEASE = `DELETE FROM idempotency_keys WHERE key_hash = $1 AND status IS NULL`;

// OPEN and BEGIN_RESEND set the id in the transaction of the send: without an id, no send was started.
const RELEASE_UNBEGUN = `
DELETE FROM idempotency_keys WHERE key_hash = $1 AND status IS NULL AND verification_id IS NULL`;

const ORPHANS = `
SELECT key_hash, verification_id FROM idempotency_keys
WHERE status IS NULL AND created_at < now() - make_interval(secs => $1::int) LIMIT 100`;

/** Stores responses to requests with an Idempotency-Key for 24 hours. Owns `idempotency_keys`. */
export class IdempotencyService {
  constructor(private readonly statements: Statements) {}

  /** Of concurrent claims, one is `fresh`. Its caller must then call `finish` or `release`. */
  async claim(keyHash: string, requestHash: string): Promise<IdempotencyState> {
    const row = await this.statements.first<{
      fresh: boolean;
      request_hash: string;
      status: number | null;
      body: string | null;
    }>(CLAIM, [keyHash, requestHash]);
    // The winning claim was inserted after this statement took its snapshot.
    if (!row) return { kind: 'in_progress' };
    if (row.fresh) return { kind: 'fresh' };
    if (row.request_hash !== requestHash) return { kind: 'reused' };
    if (row.status === null || row.body === null) return { kind: 'in_progress' };
    return { kind: 'replay', response: { status: row.status, body: row.body } };
  }

  async finish(keyHash: string, response: StoredResponse): Promise<void> {
    await this.statements.finishing.all(FINISH, [keyHash, response.status, response.body]);
  }

  /** Releases a claim whose request sent no message, so that the client can retry with the same key. */
  async release(keyHash: string): Promise<void> {
    await this.statements.finishing.all(RELEASE, [keyHash]);
  }

  /** Like {@link release}, but keeps the claim if a send was started. */
  async releaseUnbegun(keyHash: string): Promise<void> {
    await this.statements.finishing.all(RELEASE_UNBEGUN, [keyHash]);
  }

  /** Unfinished claims older than `seconds`, whose process has crashed. */
  async orphans(seconds: number): Promise<OrphanedKey[]> {
    const rows = await this.statements.all<{ key_hash: string; verification_id: string | null }>(
      ORPHANS,
      [seconds],
    );
    return rows.map((row) => ({ keyHash: row.key_hash, verificationId: row.verification_id }));
  }
}
