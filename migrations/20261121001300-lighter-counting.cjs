'use strict';

/**
 * The same counting for a fraction of the work. One plain statement for all rules in place of one that joins them;
 * rows that are found where they were and written where they are: with room in their page, and with no index over what
 * changes each time, an update touches no index (HOT).
 */
module.exports = {
  async up(queryInterface) {
    const run = (sql) => queryInterface.sequelize.query(sql);
    await run(COUNTED);
    await run(COUNT_LIMITS);
    await run(TAKE_LIMITS);
    await run(GIVE_BACK);
    await run(`
      ALTER TABLE verifications
        DROP CONSTRAINT verifications_proof_id_key,
        DROP CONSTRAINT verifications_resend_reference_key,
        SET (fillfactor = 80)`);
    // Unlike a constraint, an index need not hold the rows that have nothing to say.
    await run(`
      CREATE UNIQUE INDEX verifications_proof_id ON verifications (proof_id) WHERE proof_id IS NOT NULL`);
    await run(`
      CREATE UNIQUE INDEX verifications_resend_reference ON verifications (resend_reference)
        WHERE resend_reference IS NOT NULL`);
    await run('ALTER TABLE phone_limits SET (fillfactor = 80)');
    await run('ALTER TABLE limit_counters SET (fillfactor = 80)');
    // Events are looked for by their verification only: one index is enough.
    await run('DROP INDEX verification_events_timeline');
    await run(`
      ALTER TABLE verification_events
        DROP CONSTRAINT verification_events_pkey, ADD PRIMARY KEY (verification_id, id)`);
  },

  async down(queryInterface) {
    const run = (sql) => queryInterface.sequelize.query(sql);
    await run(`
      ALTER TABLE verification_events DROP CONSTRAINT verification_events_pkey, ADD PRIMARY KEY (id)`);
    await run(
      'CREATE INDEX verification_events_timeline ON verification_events (verification_id, id)',
    );
    await run('ALTER TABLE limit_counters RESET (fillfactor)');
    await run('ALTER TABLE phone_limits RESET (fillfactor)');
    await run('DROP INDEX verifications_resend_reference, verifications_proof_id');
    await run(`
      ALTER TABLE verifications
        RESET (fillfactor),
        ADD CONSTRAINT verifications_proof_id_key UNIQUE (proof_id),
        ADD CONSTRAINT verifications_resend_reference_key UNIQUE (resend_reference)`);
    await run(TAKE_LIMITS_BEFORE);
    await run(GIVE_BACK_BEFORE);
    await run('DROP FUNCTION count_limits(text[], text[], integer[], integer[])');
    await run('DROP FUNCTION counted(bigint[], integer[], bigint)');
  },
};

/**
 * A window with one more hit in the slot given, and without what has left it: slots older than 60 before that one.
 * Slots are in ascending order, each once. A transaction that has waited for the row may come with a slot that is
 * not the newest any more.
 */
const COUNTED = `
CREATE FUNCTION counted(INOUT slots bigint[], INOUT counts integer[], slot bigint)
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
  newest integer := cardinality(slots);
  -- How many slots are not younger than the one looked for.
  gone integer;
  place integer;
BEGIN
  IF slots[newest] = slot AND slots[1] >= slot - 60 THEN
    counts[newest] := counts[newest] + 1;
    RETURN;
  END IF;
  gone := width_bucket(slot - 61, slots);
  slots := slots[gone + 1 :];
  counts := counts[gone + 1 :];
  place := width_bucket(slot, slots);
  IF place > 0 AND slots[place] = slot THEN
    counts[place] := counts[place] + 1;
  ELSE
    slots := slots[: place] || slot || slots[place + 1 :];
    counts := counts[: place] || 1 || counts[place + 1 :];
  END IF;
END $$`;

/**
 * Counts one in every window given, and returns of those that overflow the one that keeps its callers waiting longest: what
 * was counted is then to be undone. Rows are locked in the order given, which must be the same for everybody.
 */
const COUNT_LIMITS = `
CREATE FUNCTION count_limits(names text[], keys text[], quotas integer[], windows integer[])
RETURNS TABLE (refused_by text, quota integer, window_seconds integer, wait double precision)
LANGUAGE plpgsql AS $$
DECLARE
  i integer := 0;
  taken record;
  newer bigint;
  place integer;
  waits double precision;
BEGIN
  FOR taken IN
    INSERT INTO limit_counters AS l (limit_name, key, window_seconds, slots, counts)
    SELECT r.name, r.key, r.secs, ARRAY[slot_of(now(), r.secs)], ARRAY[1] FROM unnest(names, keys, windows) AS r (name, key, secs)
    ON CONFLICT ON CONSTRAINT limit_counters_pkey DO UPDATE SET
      (slots, counts) = (SELECT c.slots, c.counts FROM counted(l.slots, l.counts, excluded.slots[1]) AS c),
      -- Once a slot is precise enough for retention, and spares the index on it.
      updated_at = CASE WHEN l.slots[cardinality(l.slots)] = excluded.slots[1] THEN l.updated_at ELSE now() END
    RETURNING l.slots, l.counts
  LOOP
    i := i + 1;
    CONTINUE WHEN cardinality(taken.counts) = 1 AND taken.counts[1] <= quotas[i];
    CONTINUE WHEN (SELECT sum(n) FROM unnest(taken.counts) AS n) <= quotas[i];
    -- The slot after whose passing the one refused now would still fit.
    newer := 0;
    place := cardinality(taken.counts);
    WHILE place > 1 AND newer + taken.counts[place] <= quotas[i] LOOP
      newer := newer + taken.counts[place];
      place := place - 1;
    END LOOP;
    waits := (taken.slots[place] + 61) * windows[i] / 60.0 - extract(epoch FROM now());
    IF wait IS NULL OR waits > wait THEN
      refused_by := names[i];
      quota := quotas[i];
      window_seconds := windows[i];
      wait := waits;
    END IF;
  END LOOP;
  IF refused_by IS NOT NULL THEN
    RETURN NEXT;
  END IF;
END $$`;

/** The same, or, if any of them would overflow, in none. */
const TAKE_LIMITS = `
CREATE OR REPLACE FUNCTION take_limits(names text[], keys text[], quotas integer[], windows integer[])
RETURNS TABLE (refused_by text, quota integer, window_seconds integer, wait double precision)
LANGUAGE plpgsql AS $$
BEGIN
  BEGIN
    SELECT c.* INTO refused_by, quota, window_seconds, wait FROM count_limits(names, keys, quotas, windows) AS c;
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
CREATE OR REPLACE FUNCTION give_back(names text[], keys text[], windows integer[], taken_at timestamptz)
RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  hit bigint;
  changed integer := 0;
BEGIN
  FOR i IN 1 .. cardinality(names) LOOP
    hit := slot_of(taken_at, windows[i]);
    UPDATE limit_counters AS l
    SET counts[array_position(l.slots, hit)] = greatest(l.counts[array_position(l.slots, hit)] - 1, 0)
    WHERE l.limit_name = names[i] AND l.key = keys[i] AND l.window_seconds = windows[i] AND hit = ANY (l.slots);
    IF FOUND THEN
      changed := changed + 1;
    END IF;
  END LOOP;
  RETURN changed;
END $$`;

const TAKE_LIMITS_BEFORE = `
CREATE OR REPLACE FUNCTION take_limits(names text[], keys text[], quotas integer[], windows integer[])
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

const GIVE_BACK_BEFORE = `
CREATE OR REPLACE FUNCTION give_back(names text[], keys text[], windows integer[], taken_at timestamptz) RETURNS integer
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
