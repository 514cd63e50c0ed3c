-- Writes an event into the outbox of each endpoint of an application. With `once`, a second event of the same
-- key is not written. Returns the number of endpoints.
CREATE OR REPLACE FUNCTION write_application_event(
  application text, event_type text, phone text, facts jsonb, once text DEFAULT NULL
) RETURNS integer
LANGUAGE plpgsql AS $$
DECLARE
  event text := 'evt_' || replace(gen_random_uuid()::text, '-', '');
  written integer;
BEGIN
  INSERT INTO webhook_deliveries (endpoint_id, event_id, type, application_id, phone_number, data, once_key)
  SELECT p.id, event, event_type, application, phone, facts, once
  FROM webhook_endpoints AS p
  WHERE p.disabled_at IS NULL AND (p.application_id IS NULL OR p.application_id = application)
    AND p.events && ARRAY['*', event_type]
  ORDER BY p.id
  ON CONFLICT (endpoint_id, once_key) WHERE once_key IS NOT NULL DO NOTHING;
  GET DIAGNOSTICS written = ROW_COUNT;
  RETURN written;
END $$;
