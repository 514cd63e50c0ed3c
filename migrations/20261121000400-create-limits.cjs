'use strict';

/**
 * What numbers, prefixes, countries and the whole service have used up.
 *
 * `limit_counters` counts per limit, key and window in slots of a sixtieth of the window, sparsely: `slots` are the
 * numbers of the slots, `counts` what fell into each. A window is the newest 61 slots, so that no window of that
 * length ever holds more than its quota, whenever one looks.
 */
module.exports = {
  async up(queryInterface) {
    const run = (sql) => queryInterface.sequelize.query(sql);
    await run(`
      CREATE TABLE phone_limits (
        phone_number  text COLLATE "C" PRIMARY KEY,
        cooldown_step integer NOT NULL DEFAULT 0 CHECK (cooldown_step >= 0),
        last_send_at  timestamptz,
        next_send_at  timestamptz,
        wrong_run     integer NOT NULL DEFAULT 0 CHECK (wrong_run >= 0),
        updated_at    timestamptz NOT NULL DEFAULT now()
      )`);
    await run('CREATE INDEX phone_limits_updated_at ON phone_limits (updated_at)');
    await run(`
      CREATE TABLE limit_counters (
        limit_name     text COLLATE "C" NOT NULL,
        key            text COLLATE "C" NOT NULL,
        window_seconds integer NOT NULL CHECK (window_seconds > 0),
        slots          bigint[] NOT NULL,
        counts         integer[] NOT NULL,
        updated_at     timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (key, limit_name, window_seconds)
      )`);
    await run('CREATE INDEX limit_counters_updated_at ON limit_counters (updated_at)');
    await run(`
      CREATE TABLE number_rules (
        pattern    text COLLATE "C" PRIMARY KEY CHECK (pattern ~ '^\\+[1-9][0-9]{0,14}\\*?$'),
        kind       text NOT NULL CHECK (kind IN ('block', 'safe')),
        note       text,
        created_at timestamptz NOT NULL DEFAULT now()
      )`);
    await run(SLOT_OF);
    await run(TAKE_LIMITS);
    await run(GIVE_BACK);
    await run(TAKE_SEND);
    await run(TAKE_GUESS);
  },

  async down(queryInterface) {
    const run = (sql) => queryInterface.sequelize.query(sql);
    await run('DROP FUNCTION take_guess(text, boolean, text[], integer[], integer[])');
    await run(
      'DROP FUNCTION take_send(text, text[], integer, text[], text[], integer[], integer[])',
    );
    await run('DROP FUNCTION give_back(text[], text[], integer[], timestamptz)');
    await run('DROP FUNCTION take_limits(text[], text[], integer[], integer[])');
    await run('DROP FUNCTION slot_of(timestamptz, integer)');
    await run('DROP TABLE number_rules');
    await run('DROP TABLE limit_counters');
    await run('DROP TABLE phone_limits');
  },
};

const SLOT_OF = `
CREATE FUNCTION slot_of(moment timestamptz, window_seconds integer) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN floor(extract(epoch FROM moment) * 60 / window_seconds)::bigint`;

/**
 * Counts one in every window given, or, if any of them would overflow, in none, and returns the one that keeps
 * its callers waiting longest. Rows are locked in the order given, which must be the same for everybody.
 */
const TAKE_LIMITS = `
CREATE FUNCTION take_limits(names text[], keys text[], quotas integer[], windows integer[])
RETURNS TABLE (refused_by text, quota integer, window_seconds integer, wait double precision)
LANGUAGE plpgsql AS $$
BEGIN
  BEGIN
    WITH rule AS (
      SELECT * FROM unnest(names, keys, quotas, windows) WITH ORDINALITY AS r (name, key, quota, secs, place)
    ), taken AS (
      INSERT INTO limit_counters AS l (limit_name, key, window_seconds, slots, counts)
      SELECT r.name, r.key, r.secs, ARRAY[slot_of(now(), r.secs)], ARRAY[1] FROM rule AS r ORDER BY r.place
      ON CONFLICT ON CONSTRAINT limit_counters_pkey DO UPDATE SET
        (slots, counts) = (
          SELECT array_agg(kept.slot ORDER BY kept.slot), array_agg(kept.hits ORDER BY kept.slot)
          FROM (
            SELECT every.slot, sum(every.hits)::integer AS hits
            FROM (
              SELECT * FROM unnest(l.slots, l.counts) AS old (slot, hits)
              UNION ALL SELECT excluded.slots[1], 1
            ) AS every
            WHERE every.slot >= excluded.slots[1] - 60
            GROUP BY every.slot
          ) AS kept
        ),
        updated_at = now()
      RETURNING l.limit_name, l.key, l.window_seconds AS secs, l.slots, l.counts
    ), over AS (
      SELECT t.limit_name, r.quota, t.secs, t.slots, t.counts
      FROM taken AS t
      JOIN rule AS r ON r.name = t.limit_name AND r.key = t.key AND r.secs = t.secs
      WHERE (SELECT sum(n) FROM unnest(t.counts) AS n) > r.quota
    )
    -- The slot after whose passing the one refused now would still fit.
    SELECT o.limit_name, o.quota, o.secs,
      ((leaving.slot + 61) * o.secs / 60.0 - extract(epoch FROM now()))::double precision
    INTO refused_by, quota, window_seconds, wait
    FROM over AS o
    CROSS JOIN LATERAL (
      SELECT s.slot FROM (
        SELECT e.slot, sum(e.hits) OVER (ORDER BY e.slot DESC) - e.hits AS newer
        FROM unnest(o.slots, o.counts) AS e (slot, hits)
      ) AS s
      WHERE s.newer <= o.quota ORDER BY s.slot LIMIT 1
    ) AS leaving
    ORDER BY 4 DESC LIMIT 1;
    IF refused_by IS NOT NULL THEN
      RAISE SQLSTATE 'PL429';
    END IF;
  EXCEPTION WHEN SQLSTATE 'PL429' THEN
    NULL; -- What was counted is undone; what is returned is not.
  END;
  IF refused_by IS NOT NULL THEN
    RETURN NEXT;
  END IF;
END $$`;

/** Takes one back that was counted at the moment given. Locks in the order given, like take_limits. */
const GIVE_BACK = `
CREATE FUNCTION give_back(names text[], keys text[], windows integer[], taken_at timestamptz) RETURNS integer
LANGUAGE plpgsql AS $$
DECLARE
  changed integer;
BEGIN
  PERFORM FROM limit_counters AS l
  JOIN unnest(names, keys, windows) WITH ORDINALITY AS r (name, key, secs, place)
    ON l.limit_name = r.name AND l.key = r.key AND l.window_seconds = r.secs
  ORDER BY r.place FOR UPDATE OF l;
  UPDATE limit_counters AS l SET counts = (
    SELECT array_agg(
      CASE WHEN e.slot = slot_of(taken_at, l.window_seconds) THEN greatest(e.hits - 1, 0) ELSE e.hits END ORDER BY e.slot
    )
    FROM unnest(l.slots, l.counts) AS e (slot, hits)
  )
  FROM unnest(names, keys, windows) AS r (name, key, secs)
  WHERE l.limit_name = r.name AND l.key = r.key AND l.window_seconds = r.secs;
  GET DIAGNOSTICS changed = ROW_COUNT;
  RETURN changed;
END $$`;

/**
 * Whether a message may go to the number now. If so its cool-down begins and every limit has counted it; if not,
 * nothing has changed. The limits of a number on the safe list are its own alone.
 */
const TAKE_SEND = `
CREATE FUNCTION take_send(
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
  -- The longest pattern is the most particular one.
  SELECT n.kind INTO rule FROM number_rules AS n WHERE n.pattern = ANY (patterns)
  ORDER BY length(n.pattern) DESC LIMIT 1;
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
      INTO refused_by, wait FROM phone_limits AS p WHERE p.phone_number = phone;
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

/**
 * Whether a code for the number may be compared now, counted as wrong until it proves right. The send has
 * already paid for the first guess, so that whoever holds a verification can finish it, however much of the number's
 * budget others have burnt since. 100 in a row stop the number until an operator clears it.
 */
const TAKE_GUESS = `
CREATE FUNCTION take_guess(phone text, prepaid boolean, names text[], quotas integer[], windows integer[])
RETURNS TABLE (refused_by text, quota integer, window_seconds integer, wait double precision)
LANGUAGE plpgsql AS $$
DECLARE
  overflow record;
BEGIN
  BEGIN
    INSERT INTO phone_limits AS p (phone_number, wrong_run) VALUES (phone, 1)
    ON CONFLICT (phone_number) DO UPDATE SET wrong_run = p.wrong_run + 1, updated_at = now()
    WHERE p.wrong_run < 100;
    IF NOT FOUND THEN
      refused_by := 'stopped';
    ELSIF NOT prepaid THEN
      SELECT * INTO overflow
      FROM take_limits(names, array_fill(phone, ARRAY[cardinality(names)]), quotas, windows);
      IF overflow.refused_by IS NOT NULL THEN
        refused_by := overflow.refused_by;
        quota := overflow.quota;
        window_seconds := overflow.window_seconds;
        wait := overflow.wait;
        RAISE SQLSTATE 'PL429';
      END IF;
    END IF;
  EXCEPTION WHEN SQLSTATE 'PL429' THEN
    NULL;
  END;
  RETURN NEXT;
END $$`;
