const APPLICATION = `id, name, settings, created_at AS "createdAt", updated_at AS "updatedAt"`;

/** No row when the name or the audience is taken. $1 id, $2 name, $3 settings, $4 audience of the service */
export const CREATE_APPLICATION = `
INSERT INTO applications (id, name, settings)
SELECT $1, $2, $3::jsonb WHERE $3::jsonb ->> 'audience' IS DISTINCT FROM $4
ON CONFLICT DO NOTHING RETURNING ${APPLICATION}`;

export const LIST_APPLICATIONS = `SELECT ${APPLICATION} FROM applications ORDER BY created_at, id`;

/** $1 id or name */
export const FIND_APPLICATION = `SELECT ${APPLICATION} FROM applications WHERE id = $1 OR name = $1`;

/** $1 id or name, $2 changed settings; null removes one */
export const CHANGE_SETTINGS = `
UPDATE applications SET settings = jsonb_strip_nulls(settings || $2::jsonb), updated_at = now()
WHERE id = $1 OR name = $1 RETURNING ${APPLICATION}`;

/** $1 ids */
export const SETTINGS_OF = 'SELECT id, settings AS value FROM applications WHERE id = ANY($1)';

const IN_FORCE = 'revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now())';

const KEY = `id, kind, application_id AS "applicationId", last_four AS "lastFour", created_at AS "createdAt",
last_used_at AS "lastUsedAt", expires_at AS "expiresAt", revoked_at AS "revokedAt"`;

/** $1 id, $2 kind, $3 id or name of the application, $4 hash, $5 last four, $6 expires at */
export const CREATE_KEY = `
INSERT INTO api_keys (id, kind, application_id, secret_hash, last_four, expires_at)
SELECT $1, $2::text::api_key_kind, application_id, $4, $5, $6::timestamptz FROM (
  SELECT id AS application_id FROM applications WHERE id = $3::text OR name = $3
  UNION ALL SELECT NULL WHERE $2::text = 'operator'
) AS owner RETURNING ${KEY}`;

/**
 * Creates a key that is known already, and its application, or gives them the origins of this start.
 * $1 id, $2 hash, $3 last four, $4 application id, $5 its name, $6 its settings
 */
export const PUT_DEVELOPMENT = `
WITH demo AS (
  INSERT INTO applications (id, name, settings) VALUES ($4, $5, $6)
  ON CONFLICT (name) DO UPDATE SET settings = excluded.settings RETURNING id
)
INSERT INTO api_keys (id, kind, application_id, secret_hash, last_four)
SELECT $1, 'publishable', demo.id, $2, $3 FROM demo ON CONFLICT (id) DO NOTHING`;

/** $1 id or name of the application, or null for all */
export const LIST_KEYS = `
SELECT ${KEY} FROM api_keys WHERE $1::text IS NULL OR application_id IN
  (SELECT id FROM applications WHERE id = $1 OR name = $1)
ORDER BY created_at, id`;

/** $1 id. Keeps the time of the first revocation. */
export const REVOKE_KEY = `
UPDATE api_keys SET revoked_at = coalesce(revoked_at, now()) WHERE id = $1 RETURNING ${KEY}`;

/** $1 ids. Only keys that are in force. */
export const LOOK_UP_KEYS = `
SELECT k.id, k.kind, k.application_id, k.secret_hash, a.settings,
  (extract(epoch FROM k.expires_at - now()) * 1000)::float8 AS ends_in_ms
FROM api_keys AS k LEFT JOIN applications AS a ON a.id = k.application_id
WHERE k.id = ANY($1) AND ${IN_FORCE}`;

/** $1 ids */
export const TOUCH_KEYS = `
UPDATE api_keys SET last_used_at = now()
WHERE id = ANY($1) AND coalesce(last_used_at < now() - interval '1 minute', true)`;

/** Origins from which a publishable key that is in force works. */
export const ORIGINS = `
SELECT DISTINCT jsonb_array_elements_text(a.settings -> 'origins') AS origin FROM applications AS a
WHERE EXISTS (SELECT FROM api_keys AS k
  WHERE k.application_id = a.id AND k.kind = 'publishable' AND ${IN_FORCE})`;
