-- Writes `number.blocked` when an operator blocks a number. A prefix blocks nobody in particular.
CREATE OR REPLACE FUNCTION write_rule_webhooks() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.pattern LIKE '%*' OR (TG_OP = 'UPDATE' AND OLD.kind = 'block') THEN
    RETURN NULL;
  END IF;
  PERFORM write_number_blocked(NEW.pattern, 'operator', 'ruled ' || NEW.pattern || extract(epoch FROM now()));
  RETURN NULL;
END $$;
