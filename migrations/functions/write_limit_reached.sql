-- Writes `application.limit_reached` when the quota of an application refuses a message, once for each window.
-- The event names no quota: that of a part of the limit is smaller than what is configured. See `shardOf`.
CREATE OR REPLACE FUNCTION write_limit_reached(application text, name text, seconds integer) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  PERFORM write_application_event(
    application, 'application.limit_reached', NULL, jsonb_build_object('limit', name, 'windowSeconds', seconds),
    format('limit %s %s %s %s', application, name, seconds, floor(extract(epoch FROM now()) / seconds))
  );
END $$;
