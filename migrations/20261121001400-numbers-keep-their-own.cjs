'use strict';

/**
 * What a number has used up stands in its own row, moment by moment: `sends`, and `guesses` that did not prove right.
 * A window is then exact and costs nothing but a look at one of these moments. In `limit_counters` stays what several
 * numbers share.
 *
 * The functions of before stay for processes of the version before, while one after the other is replaced.
 */
module.exports = {
  async up(queryInterface) {
    const run = (sql) => queryInterface.sequelize.query(sql);
    await run(`
      ALTER TABLE phone_limits
        ADD COLUMN sends timestamptz[] NOT NULL DEFAULT '{}', ADD COLUMN guesses timestamptz[] NOT NULL DEFAULT '{}'`);
    await run(CARRY_OVER);
    await run(
      `DELETE FROM limit_counters WHERE limit_name IN ('send-per-phone', 'wrong-per-phone')`,
    );
    await run(TOUCHED);
    await run(NOTED);
    await run(FORGOTTEN);
    await run(HAS_ROOM);
    await run(LONGEST_WAIT);
    await run(TAKE_SEND);
    await run(TAKE_GUESS);
  },

  async down(queryInterface) {
    const run = (sql) => queryInterface.sequelize.query(sql);
    await run('DROP FUNCTION take_guess(text, boolean, integer[], integer[])');
    await run(`
      DROP FUNCTION take_send(
        text, text[], integer, integer[], integer[], integer[], integer[], text[], text[], integer[], integer[])`);
    await run('DROP FUNCTION longest_wait(timestamptz[], integer[], integer[])');
    await run('DROP FUNCTION has_room(timestamptz[], integer[], integer[])');
    await run('DROP FUNCTION forgotten(timestamptz[], timestamptz)');
    await run('DROP FUNCTION noted(timestamptz[], integer[])');
    await run('DROP FUNCTION touched(timestamptz)');
    // Windows begin anew.
    await run('ALTER TABLE phone_limits DROP COLUMN sends, DROP COLUMN guesses');
  },
};

/** Each hit at the end of its slot, the latest that it can have been; of the longest window, which has them all. */
const CARRY_OVER = `
WITH hit AS (
  SELECT l.key, l.limit_name, to_timestamp(least((e.slot + 1) * l.window_seconds / 60.0, extract(epoch FROM now()))) AS at
  FROM limit_counters AS l
  CROSS JOIN unnest(l.slots, l.counts) AS e (slot, hits)
  CROSS JOIN generate_series(1, e.hits)
  WHERE l.limit_name IN ('send-per-phone', 'wrong-per-phone') AND l.window_seconds = (
    SELECT max(o.window_seconds) FROM limit_counters AS o WHERE o.key = l.key AND o.limit_name = l.limit_name
  )
)
UPDATE phone_limits AS p SET
  sends = ARRAY(SELECT at FROM hit WHERE key = p.phone_number AND limit_name = 'send-per-phone' ORDER BY at),
  guesses = ARRAY(SELECT at FROM hit WHERE key = p.phone_number AND limit_name = 'wrong-per-phone' ORDER BY at)
WHERE p.phone_number IN (SELECT key FROM hit)`;

/** When a row was last used, to the hour: precise enough for retention, and the index on it is left alone in between. */
const TOUCHED = `
CREATE FUNCTION touched(before timestamptz) RETURNS timestamptz
LANGUAGE sql STABLE PARALLEL SAFE
RETURN CASE WHEN before > now() - interval '1 hour' THEN before ELSE now() END`;

/** The log with this moment in it, in order, and no longer than the largest quota needs; as it is without a quota. */
const NOTED = `
CREATE FUNCTION noted(log timestamptz[], quotas integer[]) RETURNS timestamptz[]
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
DECLARE
  quota integer;
  keep integer := 0;
BEGIN
  FOREACH quota IN ARRAY quotas LOOP
    keep := greatest(keep, quota);
  END LOOP;
  IF keep = 0 THEN
    RETURN log;
  END IF;
  -- A transaction that has waited for the row may come with a moment that is not the newest any more.
  IF log[cardinality(log)] > now() THEN
    log := ARRAY(SELECT at FROM unnest(log || now()) AS at ORDER BY at);
  ELSE
    log := log || now();
  END IF;
  RETURN log[greatest(1, cardinality(log) - keep + 1) :];
END $$`;

/** The log without this moment, once; as it is when the moment is not in it. */
const FORGOTTEN = `
CREATE FUNCTION forgotten(log timestamptz[], moment timestamptz) RETURNS timestamptz[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN coalesce(
  log[: array_position(log, moment) - 1] || log[array_position(log, moment) + 1 :], log)`;

/** Whether one more fits into every window. */
const HAS_ROOM = `
CREATE FUNCTION has_room(log timestamptz[], quotas integer[], windows integer[]) RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
BEGIN
  FOR i IN 1 .. cardinality(quotas) LOOP
    IF cardinality(log) >= quotas[i]
      AND log[cardinality(log) - quotas[i] + 1] > now() - make_interval(secs => windows[i]) THEN
      RETURN false;
    END IF;
  END LOOP;
  RETURN true;
END $$`;

/** Of the windows that are full the one that keeps its callers waiting longest; no row when all have room. */
const LONGEST_WAIT = `
CREATE FUNCTION longest_wait(log timestamptz[], quotas integer[], windows integer[])
RETURNS TABLE (quota integer, window_seconds integer, wait double precision)
LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT f.quota, f.secs, f.wait FROM (
    SELECT r.quota, r.secs,
      extract(epoch FROM log[cardinality(log) - r.quota + 1] + make_interval(secs => r.secs) - now())::float8 AS wait
    FROM unnest(quotas, windows) AS r (quota, secs) WHERE cardinality(log) >= r.quota
  ) AS f
  WHERE f.wait > 0 ORDER BY f.wait DESC LIMIT 1
$$`;

/**
 * Whether a message may go to the number now. If so its cool-down begins and every limit has counted it; if not,
 * nothing has changed. The limits of a number on the safe list are its own alone. With quotas of guesses the message also
 * pays for the first one.
 */
const TAKE_SEND = `
CREATE FUNCTION take_send(
  phone text, patterns text[], cooldown integer,
  send_quotas integer[], send_windows integer[], guess_quotas integer[], guess_windows integer[],
  names text[], keys text[], quotas integer[], windows integer[]
)
RETURNS TABLE (refused_by text, quota integer, window_seconds integer, wait double precision, next_send timestamptz)
LANGUAGE plpgsql AS $$
DECLARE
  rule text;
  own phone_limits;
  cooling double precision;
  shared record;
BEGIN
  SELECT n.kind INTO rule FROM number_rules AS n WHERE n.pattern = ANY (patterns)
  ORDER BY length(rtrim(n.pattern, '*')) DESC, n.pattern LIMIT 1;
  IF rule = 'block' THEN
    refused_by := 'blocked';
    RETURN NEXT;
    RETURN;
  END IF;
  BEGIN
    INSERT INTO phone_limits AS p (phone_number, cooldown_step, last_send_at, next_send_at, sends, guesses)
    VALUES (phone, 1, now(), now() + make_interval(secs => cooldown), noted('{}', send_quotas), noted('{}', guess_quotas))
    ON CONFLICT (phone_number) DO UPDATE SET
      cooldown_step = CASE WHEN p.last_send_at > now() - interval '24 hours' THEN p.cooldown_step + 1 ELSE 1 END,
      last_send_at = now(),
      next_send_at = now() + make_interval(secs => CASE
        WHEN p.last_send_at > now() - interval '24 hours'
        THEN least(1920, cooldown * 2 ^ least(p.cooldown_step, 12))
        ELSE cooldown END),
      sends = noted(p.sends, send_quotas),
      guesses = noted(p.guesses, guess_quotas),
      updated_at = touched(p.updated_at)
    WHERE p.wrong_run < 100
      AND (cooldown = 0 OR p.next_send_at IS NULL OR p.next_send_at <= now())
      AND has_room(p.sends, send_quotas, send_windows) AND has_room(p.guesses, guess_quotas, guess_windows)
    RETURNING p.next_send_at INTO next_send;
    IF next_send IS NULL THEN
      SELECT * INTO own FROM phone_limits AS p WHERE p.phone_number = phone;
      IF own.wrong_run >= 100 THEN
        refused_by := 'stopped';
        RETURN NEXT;
        RETURN;
      END IF;
      IF cooldown > 0 AND own.next_send_at > now() THEN
        cooling := extract(epoch FROM own.next_send_at - now());
      END IF;
      SELECT f.name, f.quota, f.window_seconds, f.wait INTO refused_by, quota, window_seconds, wait FROM (
        SELECT 'send-per-phone' AS name, s.* FROM longest_wait(own.sends, send_quotas, send_windows) AS s
        UNION ALL
        SELECT 'wrong-per-phone', g.* FROM longest_wait(own.guesses, guess_quotas, guess_windows) AS g
      ) AS f ORDER BY f.wait DESC LIMIT 1;
    END IF;
    -- Asked also while the number's own rules refuse, so that waiting as long as we say is enough.
    IF rule IS DISTINCT FROM 'safe' THEN
      FOR shared IN SELECT * FROM count_limits(names, keys, quotas, windows) LOOP
        IF wait IS NULL OR shared.wait > wait THEN
          refused_by := shared.refused_by;
          quota := shared.quota;
          window_seconds := shared.window_seconds;
          wait := shared.wait;
        END IF;
      END LOOP;
    END IF;
    IF refused_by IS NULL AND cooling IS NOT NULL THEN
      refused_by := 'cooldown';
      quota := 1;
      window_seconds := greatest(1, ceil(extract(epoch FROM own.next_send_at - own.last_send_at)));
    END IF;
    wait := greatest(wait, cooling);
    IF refused_by IS NOT NULL THEN
      RAISE SQLSTATE 'PL429';
    END IF;
  EXCEPTION WHEN SQLSTATE 'PL429' THEN
    NULL; -- What was counted is undone; what is returned is not.
  END;
  RETURN NEXT;
END $$`;

/**
 * Whether a code for the number may be compared now, counted as wrong until it proves right. The send has
 * already paid for the first guess, so that whoever holds a verification can finish it, however much of the number's
 * budget others have burnt since. 100 in a row stop the number until an operator clears it.
 */
const TAKE_GUESS = `
CREATE FUNCTION take_guess(phone text, prepaid boolean, quotas integer[], windows integer[])
RETURNS TABLE (refused_by text, quota integer, window_seconds integer, wait double precision)
LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO phone_limits AS p (phone_number, wrong_run, guesses)
  VALUES (phone, 1, CASE WHEN prepaid THEN '{}' ELSE noted('{}', quotas) END)
  ON CONFLICT (phone_number) DO UPDATE SET
    wrong_run = p.wrong_run + 1,
    guesses = CASE WHEN prepaid THEN p.guesses ELSE noted(p.guesses, quotas) END,
    updated_at = touched(p.updated_at)
  WHERE p.wrong_run < 100 AND (prepaid OR has_room(p.guesses, quotas, windows));
  IF NOT FOUND THEN
    SELECT CASE WHEN p.wrong_run >= 100 THEN 'stopped' ELSE 'wrong-per-phone' END, f.quota, f.window_seconds, f.wait
    INTO refused_by, quota, window_seconds, wait
    FROM phone_limits AS p LEFT JOIN LATERAL longest_wait(p.guesses, quotas, windows) AS f ON p.wrong_run < 100
    WHERE p.phone_number = phone;
  END IF;
  RETURN NEXT;
END $$`;
