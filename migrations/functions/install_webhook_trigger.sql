-- Creates the trigger that writes the outbox, with the first endpoint: until then, changes pay nothing for it.
-- Runs as the owner of the tables. Waits for the writers of `verification_events`, whose transactions are short.
CREATE OR REPLACE FUNCTION install_webhook_trigger() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path TO pg_catalog, pg_temp AS $$
BEGIN
  PERFORM FROM pg_trigger
  WHERE tgrelid = format('%I.verification_events', TG_TABLE_SCHEMA)::regclass AND tgname = 'write_webhooks';
  IF NOT FOUND THEN
    EXECUTE format(
      'CREATE OR REPLACE TRIGGER write_webhooks AFTER INSERT ON %1$I.verification_events
         REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION %1$I.write_webhooks()',
      TG_TABLE_SCHEMA
    );
  END IF;
  RETURN NULL;
END $$;
