-- Creates the users of proved numbers, or updates their time of verification. Parallel arrays without
-- duplicates.
CREATE OR REPLACE FUNCTION mark_users_verified(phones text[], countries text[]) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO users AS u (phone_number, country, status, verified_at, last_verified_at)
  SELECT n.phone, n.country, 'verified', now(), now()
  FROM unnest(phones, countries) AS n (phone, country) ORDER BY n.phone
  ON CONFLICT (phone_number) DO UPDATE SET
    status = 'verified',
    verified_at = coalesce(u.verified_at, now()),
    last_verified_at = now(),
    updated_at = now();
END $$;
