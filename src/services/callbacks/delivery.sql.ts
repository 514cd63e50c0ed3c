import { idOfReference } from '../../database/key-lookup.js';

/** Statements of providers' callbacks. */

/** The verification whose send, or whose resend in progress, a provider names. $1 provider, $2 send reference */
const ofSend = (whileSending = '', whileResending = ''): string => `${idOfReference('$2')} AND (
    (send_reference = $2 AND provider = $1${whileSending})
    OR (resend_reference = $2 AND resend_provider = $1${whileResending}))`;

/**
 * Adds a delivery report to the timeline. Returns no row unless it is the first report of a send that is
 * current or in progress at this provider.
 * $1 provider, $2 send reference or message id, $3 type, $4 reason
 */
const record = (condition: string) => `
WITH v AS (
  SELECT id FROM verifications WHERE ${condition} FOR KEY SHARE
), e AS (
  INSERT INTO verification_events (verification_id, type, detail, report_key)
  SELECT id, $3, jsonb_strip_nulls(jsonb_build_object('provider', $1::text, 'reason', $4::text)), $1::text || ':' || $2::text
  FROM v
  ON CONFLICT (report_key) WHERE report_key IS NOT NULL DO NOTHING
  RETURNING verification_id
)
SELECT v.id, EXISTS (SELECT FROM e) AS is_first FROM v`;

/** By our send reference. */
export const RECORD_BY_REFERENCE = record(ofSend());

export const RECORD_BY_MESSAGE = record('provider_message_id = $2 AND provider = $1');

/**
 * Finds the send in progress, which has passed every limit, and stores the length of a code set by the
 * callback.
 * $1 provider, $2 send reference, $3 seconds after the start in which a send may be authorized, $4 digits or
 * null
 */
export const AUTHORIZE_SEND = `
UPDATE verifications
SET own_code_reference = CASE WHEN $4::int IS NULL THEN NULL ELSE $2 END, own_code_length = $4::int, updated_at = now()
WHERE ${ofSend(" AND status = 'sending'", " AND status = 'pending'")}
  AND send_started_at > now() - make_interval(secs => $3::int)
RETURNING id`;
