-- Spends an attempt of each verification before its code is compared, and counts the guess as wrong until it
-- proves right.
-- `taken_by` is `holder` (knows the id) or `phone` (knows only the number); their attempts are counted
-- separately. Returns the `attempts` of `taken_by`.
-- The message has paid for the holder's first guess, so the wrong-code limits never lock a holder out.
-- Returns no row for a verification that cannot be checked or is refused, but for a single one a row with the
-- refusal. Processes one verification per number. Locks: verifications by id, then numbers by key.
CREATE OR REPLACE FUNCTION take_attempts(ids text[], taken_by text, quotas integer[], windows integer[])
RETURNS TABLE (
  id text, phone_number text, country text, purpose text, channel text, reference text, binding jsonb, provider text,
  send_reference text, provider_reference text, attempts integer, max_attempts integer,
  refused_by text, quota integer, window_seconds integer, wait double precision
)
LANGUAGE plpgsql
SET plan_cache_mode TO force_generic_plan
SET enable_seqscan TO off
SET enable_bitmapscan TO off
SET enable_hashjoin TO off
SET enable_mergejoin TO off
AS $$
#variable_conflict use_column
BEGIN
  PERFORM short_lock_timeout(cardinality(ids));
  RETURN QUERY
  WITH held AS (
    SELECT v.id, v.phone_key, taken_by = 'holder' AND v.attempts = 0 AS is_prepaid
    FROM verifications AS v
    WHERE v.id = ANY (ids) AND can_be_checked(
      v.status, v.expires_at, CASE taken_by WHEN 'holder' THEN v.attempts ELSE v.phone_attempts END, v.max_attempts
    )
    ORDER BY v.id FOR UPDATE
  ), chosen AS (
    SELECT DISTINCT ON (h.phone_key) h.* FROM held AS h ORDER BY h.phone_key, h.id
  ), guess AS (
    INSERT INTO phone_limits AS p (phone_key, wrong_run, guesses)
    SELECT c.phone_key, 1, CASE WHEN c.is_prepaid THEN '{}' ELSE log_add('{}', quotas) END
    FROM chosen AS c ORDER BY c.phone_key
    ON CONFLICT (phone_key) DO UPDATE SET
      wrong_run = p.wrong_run + 1,
      guesses = CASE WHEN excluded.guesses = '{}' THEN p.guesses ELSE log_add(p.guesses, quotas) END,
      updated_at = touched(p.updated_at)
    WHERE NOT is_stopped(p.wrong_run) AND (excluded.guesses = '{}' OR log_has_room(p.guesses, quotas, windows))
    RETURNING p.phone_key
  ), v AS (
    UPDATE verifications AS v SET
      attempts = CASE taken_by WHEN 'holder' THEN v.attempts + 1 ELSE v.attempts END,
      phone_attempts = CASE taken_by WHEN 'holder' THEN v.phone_attempts ELSE v.phone_attempts + 1 END,
      last_attempt_at = now(), updated_at = now()
    FROM guess AS g JOIN chosen AS c ON c.phone_key = g.phone_key
    WHERE v.id = ANY (ids) AND v.id = c.id
    RETURNING v.*
  )
  SELECT v.id, v.phone_number::text, v.country::text, v.purpose, v.channel::text, v.reference, v.binding, v.provider,
    v.send_reference, v.provider_reference,
    CASE taken_by WHEN 'holder' THEN v.attempts ELSE v.phone_attempts END::integer, v.max_attempts::integer,
    NULL::text, NULL::integer, NULL::integer, NULL::float8 FROM v;
  IF NOT FOUND AND cardinality(ids) = 1 THEN
    RETURN QUERY
    SELECT v.id, NULL::text, NULL::text, NULL::text, NULL::text, NULL::text, NULL::jsonb, NULL::text,
      NULL::text, NULL::text, NULL::integer, NULL::integer,
      CASE WHEN is_stopped(p.wrong_run) THEN 'stopped' ELSE 'wrong-per-phone' END, f.quota, f.window_seconds, f.wait
    FROM verifications AS v
    JOIN phone_limits AS p ON p.phone_key = v.phone_key
    LEFT JOIN LATERAL log_longest_wait(p.guesses, quotas, windows) AS f ON NOT is_stopped(p.wrong_run)
    WHERE v.id = ids[1] AND (is_stopped(p.wrong_run) OR f.wait IS NOT NULL) AND can_be_checked(
      v.status, v.expires_at, CASE taken_by WHEN 'holder' THEN v.attempts ELSE v.phone_attempts END, v.max_attempts
    );
  END IF;
END $$;
