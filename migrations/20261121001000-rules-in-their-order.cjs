'use strict';

/**
 * Of two rules of one length, a whole number and a beginning with its star, it was chance which one counted: now what
 * they say of a number decides, the star apart. And a cool-down tells how long it is, as every other limit does.
 */
module.exports = {
  async up(queryInterface) {
    await queryInterface.sequelize.query(
      takeSend(`length(rtrim(n.pattern, '*')) DESC, n.pattern`, TELL_THE_PAUSE),
    );
  },

  async down(queryInterface) {
    await queryInterface.sequelize.query(takeSend('length(n.pattern) DESC', ''));
  },
};

const TELL_THE_PAUSE = `
      IF refused_by = 'cooldown' THEN
        quota := 1;
        SELECT greatest(1, ceil(extract(epoch FROM p.next_send_at - p.last_send_at)))::int INTO window_seconds
        FROM phone_limits AS p WHERE p.phone_number = phone;
      END IF;`;

/**
 * Whether a message may go to the number now. If so its cool-down begins and every limit has counted it; if not,
 * nothing has changed. The limits of a number on the safe list are its own alone.
 */
const takeSend = (mostParticularFirst, tellThePause) => `
CREATE OR REPLACE FUNCTION take_send(
  phone text, patterns text[], cooldown integer, names text[], keys text[], quotas integer[], windows integer[]
)
RETURNS TABLE (refused_by text, quota integer, window_seconds integer, wait double precision, next_send timestamptz)
LANGUAGE plpgsql AS $$
DECLARE
  rule text;
  safe boolean := false;
  own integer;
  overflow record;
BEGIN
  SELECT n.kind INTO rule FROM number_rules AS n WHERE n.pattern = ANY (patterns)
  ORDER BY ${mostParticularFirst} LIMIT 1;
  IF rule = 'block' THEN
    refused_by := 'blocked';
    RETURN NEXT;
    RETURN;
  END IF;
  safe := rule IS NOT DISTINCT FROM 'safe';
  BEGIN
    INSERT INTO phone_limits AS p (phone_number, cooldown_step, last_send_at, next_send_at)
    VALUES (phone, 1, now(), now() + make_interval(secs => cooldown))
    ON CONFLICT (phone_number) DO UPDATE SET
      cooldown_step = CASE WHEN p.last_send_at > now() - interval '24 hours' THEN p.cooldown_step + 1 ELSE 1 END,
      last_send_at = now(),
      next_send_at = now() + make_interval(secs => CASE
        WHEN p.last_send_at > now() - interval '24 hours'
        THEN least(1920, cooldown * 2 ^ least(p.cooldown_step, 12))
        ELSE cooldown END),
      updated_at = now()
    WHERE p.wrong_run < 100
      AND (cooldown = 0 OR p.next_send_at IS NULL OR p.next_send_at <= now())
    RETURNING p.next_send_at INTO next_send;
    IF next_send IS NULL THEN
      SELECT CASE WHEN p.wrong_run >= 100 THEN 'stopped' ELSE 'cooldown' END,
        extract(epoch FROM p.next_send_at - now())::double precision
      INTO refused_by, wait FROM phone_limits AS p WHERE p.phone_number = phone;${tellThePause}
    END IF;
    -- Asked also while the cool-down lasts, so that waiting as long as we say is enough.
    IF refused_by IS DISTINCT FROM 'stopped' THEN
      own := CASE WHEN safe THEN (SELECT count(*) FROM unnest(keys) AS k WHERE k = phone) ELSE cardinality(names) END;
      SELECT * INTO overflow FROM take_limits(names[:own], keys[:own], quotas[:own], windows[:own]);
      IF overflow.refused_by IS NOT NULL THEN
        refused_by := overflow.refused_by;
        quota := overflow.quota;
        window_seconds := overflow.window_seconds;
        wait := greatest(overflow.wait, wait);
      END IF;
    END IF;
    IF refused_by IS NOT NULL THEN
      RAISE SQLSTATE 'PL429';
    END IF;
  EXCEPTION WHEN SQLSTATE 'PL429' THEN
    NULL;
  END;
  RETURN NEXT;
END $$`;
