-- Records the applications through which numbers were proved. Needs their users; see mark_users_verified. Parallel
-- arrays without duplicate numbers.
CREATE OR REPLACE FUNCTION mark_user_applications(phones text[], applications text[]) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO user_applications AS a (user_id, application_id)
  SELECT u.id, n.application
  FROM unnest(phones, applications) AS n (phone, application) JOIN users AS u ON u.phone_number = n.phone
  ON CONFLICT (user_id, application_id) DO UPDATE SET last_verified_at = now();
END $$;
