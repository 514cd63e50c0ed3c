-- Writes `number.blocked` for each application that has a verification of the number. Others do not learn of it.
CREATE OR REPLACE FUNCTION write_number_blocked(phone text, reason text, once text) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  PERFORM write_application_event(
    v.application_id, 'number.blocked', phone,
    jsonb_build_object('country', v.country, 'reason', reason), once || v.application_id
  )
  FROM (
    SELECT DISTINCT ON (application_id) application_id, country FROM verifications
    WHERE phone_key = phone AND status <> 'sending' ORDER BY application_id, created_at DESC
  ) AS v;
END $$;
