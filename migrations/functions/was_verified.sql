-- Whether a number was verified through an application before a moment.
CREATE OR REPLACE FUNCTION was_verified(phone text, application text, moment timestamptz) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN EXISTS (
    SELECT FROM user_applications
    WHERE user_id = (SELECT id FROM users WHERE phone_number = phone) AND application_id = application
      AND first_verified_at < moment
  );
END $$;
