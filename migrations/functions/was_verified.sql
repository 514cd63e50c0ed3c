-- Whether a number was verified before a moment.
CREATE OR REPLACE FUNCTION was_verified(phone text, moment timestamptz) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN EXISTS (SELECT FROM users WHERE phone_number = phone AND verified_at < moment);
END $$;
