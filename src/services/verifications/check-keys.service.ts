import type { Statements } from '../../database/statements.js';
import type { CheckKey } from '../../domain/verification.js';

/** `verified`: the check with this key has succeeded. */
export type CheckKeyState =
  { kind: 'fresh' | 'in_progress' | 'reused' } | { kind: 'verified'; verificationId: string };

// A check ends within 30 seconds. mark_verified extends the key by a minute, together with the success.
const CLAIM = `
WITH fresh AS (
  INSERT INTO check_keys (key_hash, request_hash, expires_at) VALUES ($1, $2, now() + interval '30 seconds')
  ON CONFLICT (key_hash) DO UPDATE SET
    request_hash = excluded.request_hash, verification_id = NULL, expires_at = excluded.expires_at
  WHERE check_keys.expires_at <= now()
  RETURNING key_hash
)
SELECT true AS fresh, NULL AS request_hash, NULL AS verification_id FROM fresh
UNION ALL
SELECT false, request_hash, verification_id FROM check_keys
WHERE key_hash = $1 AND NOT EXISTS (SELECT FROM fresh)`;

// Keeps the row: a success may still be on its way to the database, and is recorded in it.
const RELEASE = `
UPDATE check_keys SET expires_at = now()
WHERE key_hash = $1 AND request_hash = $2 AND verification_id IS NULL`;

/** Idempotency keys of checks, which give a success again for 60 seconds. Owns `check_keys`. */
export class CheckKeyService {
  constructor(private readonly statements: Statements) {}

  /** Of concurrent claims, one is `fresh`. Its caller must call `release` unless the code was right. */
  async claim({ keyHash, requestHash }: CheckKey): Promise<CheckKeyState> {
    const row = await this.statements.first<{
      fresh: boolean;
      request_hash: string;
      verification_id: string | null;
    }>(CLAIM, [keyHash, requestHash]);
    // The winning claim was inserted after this statement took its snapshot.
    if (!row) return { kind: 'in_progress' };
    if (row.fresh) return { kind: 'fresh' };
    if (row.request_hash !== requestHash) return { kind: 'reused' };
    if (row.verification_id === null) return { kind: 'in_progress' };
    return { kind: 'verified', verificationId: row.verification_id };
  }

  /** Makes the key usable again for any check. */
  async release({ keyHash, requestHash }: CheckKey): Promise<void> {
    await this.statements.finishing.all(RELEASE, [keyHash, requestHash]);
  }
}
