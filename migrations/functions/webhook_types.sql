-- The events that an entry of a timeline is. Other entries are steps within the service. After an unknown
-- outcome the message may arrive, and the code can be checked as after any other send.
CREATE OR REPLACE FUNCTION webhook_types(entry text) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE
    WHEN entry = 'verified' THEN ARRAY['verification.verified', 'number.verified']
    WHEN entry = 'outcome_unknown' THEN ARRAY['verification.sent']
    WHEN entry IN ('requested', 'sent', 'delivered', 'undelivered', 'denied', 'expired', 'cancelled', 'failed')
      THEN ARRAY['verification.' || entry]
    ELSE '{}'
  END
$$;
