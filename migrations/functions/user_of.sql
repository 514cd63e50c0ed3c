-- Returns the user of a proved number, created if missing. Locks the row.
CREATE OR REPLACE FUNCTION user_of(phone text, region text) RETURNS uuid
LANGUAGE plpgsql AS $$
DECLARE
  owner uuid;
BEGIN
  INSERT INTO users AS u (phone_number, country, status, verified_at, last_verified_at)
  VALUES (phone, region, 'verified', now(), now())
  ON CONFLICT (phone_number) DO UPDATE SET updated_at = now()
  RETURNING u.id INTO owner;
  RETURN owner;
END $$;
