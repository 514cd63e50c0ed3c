-- Records that providers have accepted messages. Returns no row for a verification that is no longer `sending`.
-- Without a code length from the provider, the length set by the callback for this send applies.
CREATE OR REPLACE FUNCTION mark_sent(ids text[], items json)
RETURNS TABLE (id text, code_length integer)
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
  WITH v AS (
    UPDATE verifications AS v
    SET status = 'pending', provider_reference = a.provider_reference, provider_message_id = a.provider_message_id,
      sent_at = now(), updated_at = now(),
      code_length = coalesce(a.code_length, CASE WHEN v.own_code_reference = v.send_reference THEN v.own_code_length END)
    FROM json_to_recordset(items) AS a (id text, provider_reference text, code_length integer, provider_message_id text)
    WHERE v.id = ANY (ids) AND v.id = a.id AND coalesce(v.status = 'sending', false)
    RETURNING v.id, v.provider, v.code_length
  ), e AS (
    INSERT INTO verification_events (verification_id, type, detail)
    SELECT v.id, 'sent', jsonb_build_object('provider', v.provider) FROM v
  )
  SELECT v.id, v.code_length FROM v;
END $$;
