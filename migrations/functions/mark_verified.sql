-- Marks verifications verified, each once: status, proof, user, limits, timeline and idempotency key in one
-- transaction. Of concurrent approvals, one finds the row pending and the others get no row. Items must have
-- distinct numbers.
-- Channel and provider are those of the checked code, even if a resend has changed the row.
CREATE OR REPLACE FUNCTION mark_verified(ids text[], items json, cooldown integer)
RETURNS TABLE (id text, verified_at timestamptz)
LANGUAGE plpgsql
SET plan_cache_mode TO force_generic_plan
SET enable_seqscan TO off
SET enable_bitmapscan TO off
SET enable_hashjoin TO off
SET enable_mergejoin TO off
AS $$
#variable_conflict use_column
DECLARE
  verified text[];
  phones text[];
  countries text[];
  applications text[];
BEGIN
  PERFORM short_lock_timeout(cardinality(ids));
  WITH v AS (
    UPDATE verifications AS v
    SET status = 'verified', verified_at = now(), proof_id = a.proof_id, channel = a.channel, provider = a.provider,
      updated_at = now()
    FROM json_to_recordset(items) AS a (
      id text, taken_by text, proof_id text, key_hash text, request_hash text, channel text, provider text
    )
    WHERE v.id = ANY (ids) AND v.id = a.id AND coalesce(v.status = 'pending', false)
    RETURNING v.id, v.application_id, v.phone_number, v.phone_key, v.country, a.key_hash, a.request_hash,
      -- Entry of this guess in the log; for a prepaid guess, the entry of its message.
      CASE WHEN v.attempts = 1 AND a.taken_by = 'holder' THEN v.created_at ELSE v.last_attempt_at END AS guessed_at
  ), p AS (
    UPDATE phone_limits AS p
    SET cooldown_step = 0, wrong_run = 0, updated_at = touched(p.updated_at),
      guesses = log_remove(p.guesses, v.guessed_at),
      -- least() ignores nulls, but null must stay: the message was refunded.
      next_send_at = CASE WHEN p.next_send_at IS NOT NULL
        THEN least(p.next_send_at, p.last_send_at + cooldown_time(1, cooldown)) END
    FROM (SELECT * FROM v ORDER BY phone_key) AS v
    WHERE p.phone_key = ANY (ARRAY(SELECT phone_key FROM v)) AND p.phone_key = v.phone_key
  ), e AS (
    INSERT INTO verification_events (verification_id, type) SELECT v.id, 'verified' FROM v
  ), k AS (
    -- A lost answer can be given again for a minute.
    UPDATE check_keys AS k SET verification_id = v.id, expires_at = now() + interval '1 minute'
    FROM v
    WHERE k.key_hash = ANY (ARRAY(SELECT v.key_hash FROM v WHERE v.key_hash IS NOT NULL))
      AND k.key_hash = v.key_hash AND k.request_hash = v.request_hash
  )
  SELECT array_agg(v.id), array_agg(v.phone_number::text), array_agg(v.country::text), array_agg(v.application_id)
  INTO verified, phones, countries, applications FROM v;
  IF verified IS NOT NULL THEN
    PERFORM mark_users_verified(phones, countries);
    PERFORM mark_user_applications(phones, applications);
  END IF;
  RETURN QUERY SELECT v.id, now() FROM unnest(verified) AS v (id);
END $$;
