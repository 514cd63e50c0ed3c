import { idOfReference } from '../../database/key-lookup.js';

/** The statements behind callbacks of providers. The rules of verifications/records.sql.ts hold here too. */

/** The verification whose current send, or whose resend under way, a provider names. $1 provider, $2 send reference */
const ofSend = (whileSending = '', whileResending = ''): string => `${idOfReference('$2')} AND (
    (send_reference = $2 AND provider = $1${whileSending})
    OR (resend_reference = $2 AND resend_provider = $1${whileResending}))`;

/**
 * Puts a delivery report on the timeline, once for each send: of any number of reports in any order the first one counts.
 * Only the send that is current or under way, and only of the provider that has it. No row back: there is none.
 * $1 provider, $2 what the report names, $3 type, $4 reason
 */
const record = (named: string) => `
WITH v AS (
  SELECT id FROM verifications WHERE ${named} FOR KEY SHARE
), e AS (
  INSERT INTO verification_events (verification_id, type, detail, report_key)
  SELECT id, $3, jsonb_strip_nulls(jsonb_build_object('provider', $1::text, 'reason', $4::text)), $1::text || ':' || $2::text
  FROM v
  ON CONFLICT (report_key) WHERE report_key IS NOT NULL DO NOTHING
  RETURNING verification_id
)
SELECT v.id, EXISTS (SELECT FROM e) AS is_first FROM v`;

/** By our own reference of the send. */
export const RECORD_BY_REFERENCE = record(ofSend());

/** By the provider's id of the message. */
export const RECORD_BY_MESSAGE = record('provider_message_id = $2 AND provider = $1');

/**
 * Whether a send is under way that the provider asks about. It has then passed every limit. Remembers how long a code
 * of ours is to be. $1 provider, $2 send reference, $3 seconds after which nobody waits for a send any more,
 * $4 digits of our code, or null
 */
export const AUTHORIZE_SEND = `
UPDATE verifications
SET own_code_reference = CASE WHEN $4::int IS NULL THEN NULL ELSE $2 END, own_code_length = $4::int, updated_at = now()
WHERE ${ofSend(" AND status = 'sending'", " AND status = 'pending'")}
  AND send_started_at > now() - make_interval(secs => $3::int)
RETURNING id`;
