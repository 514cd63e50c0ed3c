-- The number of endpoints of an application, or of those for all applications. Holds a lock until the end of the
-- transaction, because creations that do not see each other would exceed the maximum.
CREATE OR REPLACE FUNCTION count_webhook_endpoints(application text) RETURNS integer
LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('webhook_endpoints ' || coalesce(application, ''), 0));
  RETURN (
    SELECT count(*) FROM webhook_endpoints AS p
    WHERE p.application_id IS NOT DISTINCT FROM application AND p.deleted_at IS NULL
  );
END $$;
