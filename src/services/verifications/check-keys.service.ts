import type { Statements } from '../../database/statements.js';
import type { CheckKey, CheckKeyState } from '../../domain/verification.js';

// A check ends within 30 seconds. mark_verified extends the key by a minute, together with the success.
// Another body ends the key: its holder could otherwise guess the code of a success without spending attempts.
const CLAIM = `
WITH claimed AS (
  INSERT INTO check_keys AS k (key_hash, request_hash, expires_at) VALUES ($1, $2, now() + interval '30 seconds')
  ON CONFLICT (key_hash) DO UPDATE SET
    request_hash = CASE WHEN k.expires_at <= now() THEN excluded.request_hash ELSE '' END,
    expires_at = CASE WHEN k.expires_at <= now() THEN excluded.expires_at ELSE k.expires_at END,
    verification_id = NULL
  WHERE k.expires_at <= now() OR k.request_hash <> excluded.request_hash
  RETURNING request_hash = $2 AS fresh
)
SELECT CASE WHEN fresh THEN 'fresh' ELSE 'reused' END AS kind, NULL AS verification_id FROM claimed
UNION ALL
SELECT CASE WHEN verification_id IS NULL THEN 'in_progress' ELSE 'verified' END, verification_id FROM check_keys
WHERE key_hash = $1 AND request_hash = $2 AND expires_at > now() AND NOT EXISTS (SELECT FROM claimed)`;

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
      kind: CheckKeyState['kind'];
      verification_id: string | null;
    }>(CLAIM, [keyHash, requestHash]);
    // The winning claim was inserted after this statement took its snapshot.
    if (!row) return { kind: 'in_progress' };
    const { kind, verification_id: verificationId } = row;
    if (kind !== 'verified') return { kind };
    return verificationId === null ? { kind: 'in_progress' } : { kind, verificationId };
  }

  /** Makes the key usable again for any check. */
  async release({ keyHash, requestHash }: CheckKey): Promise<void> {
    await this.statements.finishing.all(RELEASE, [keyHash, requestHash]);
  }
}
