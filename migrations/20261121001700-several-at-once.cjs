'use strict';

/**
 * The statements of every verification, for several of them at once: one transaction, one plan and one commit where each
 * would have its own. They serve those whom nothing refuses. Of whom they return no row nothing has changed: the statement
 * for one then decides and says why.
 *
 * Locks are taken level by level, as the statements for one take them (verifications, numbers, counters), and within a level in the
 * order of ids, of numbers and of keys, so that no two of these wait for each other. That is why rows are looked for by a list
 * that has to be complete first, and in the order of its index.
 */

/**
 * They plan once, and by index, however few rows the planner may believe there are. Who holds a row for long keeps only its own
 * caller waiting: the others are served one by one then.
 */
const SETTINGS = `
  SET plan_cache_mode TO force_generic_plan
  SET lock_timeout TO '500ms'
  SET enable_seqscan TO off
  SET enable_bitmapscan TO off`;
const BY_KEY = `${SETTINGS} SET enable_hashjoin TO off SET enable_mergejoin TO off`;

module.exports = {
  async up(queryInterface) {
    const run = (sql) => queryInterface.sequelize.query(sql);
    await run('DROP FUNCTION counted(bigint[], integer[], bigint)');
    await run(counted(', hits integer DEFAULT 1', 'hits'));
    await run(OPEN_SEVERAL);
    await run(MARK_SEVERAL_SENT);
    await run(TAKE_SEVERAL_ATTEMPTS);
    await run(MARK_SEVERAL_VERIFIED);
  },

  async down(queryInterface) {
    const run = (sql) => queryInterface.sequelize.query(sql);
    await run('DROP FUNCTION mark_several_verified(text[], json, integer)');
    await run('DROP FUNCTION take_several_attempts(text[], integer[], integer[])');
    await run('DROP FUNCTION mark_several_sent(text[], json)');
    await run(
      'DROP FUNCTION open_several(json, integer, integer, integer, integer[], integer[], integer[], integer[])',
    );
    await run('DROP FUNCTION counted(bigint[], integer[], bigint, integer)');
    await run(counted('', '1'));
  },
};

/**
 * A window with so many more hits in the slot given, as 20261121001300 has it for one: what was migrated before has that one.
 * Who gives no number of hits goes on to count one.
 */
const counted = (parameter, hits) => `
CREATE FUNCTION counted(INOUT slots bigint[], INOUT counts integer[], slot bigint${parameter})
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
  newest integer := cardinality(slots);
  -- How many slots are not younger than the one looked for.
  gone integer;
  place integer;
BEGIN
  IF slots[newest] = slot AND slots[1] >= slot - 60 THEN
    counts[newest] := counts[newest] + ${hits};
    RETURN;
  END IF;
  gone := width_bucket(slot - 61, slots);
  slots := slots[gone + 1 :];
  counts := counts[gone + 1 :];
  place := width_bucket(slot, slots);
  IF place > 0 AND slots[place] = slot THEN
    counts[place] := counts[place] + ${hits};
  ELSE
    slots := slots[: place] || slot || slots[place + 1 :];
    counts := counts[: place] || ${hits} || counts[place + 1 :];
  END IF;
END $$`;

/**
 * As `take_send` and the row that it is for. Numbers that a rule covers are left out, whatever it says; of a limit that would overflow
 * nobody knows whose share was one too many, so then all of it is undone.
 */
const OPEN_SEVERAL = `
CREATE FUNCTION open_several(
  items json, most_attempts integer, ttl integer, cooldown integer,
  send_quotas integer[], send_windows integer[], guess_quotas integer[], guess_windows integer[]
)
RETURNS TABLE (id text, expires_at timestamptz, resend_at timestamptz, created_at timestamptz)
LANGUAGE plpgsql ${SETTINGS} AS $$
#variable_conflict use_column
DECLARE
  passed text[];
  again timestamptz[];
  overflows boolean;
BEGIN
  WITH taken AS (
    INSERT INTO phone_limits AS p (phone_number, cooldown_step, last_send_at, next_send_at, sends, guesses)
    SELECT a.phone_number, 1, now(), now() + make_interval(secs => cooldown), noted('{}', send_quotas), noted('{}', guess_quotas)
    FROM json_to_recordset(items) AS a (phone_number text, patterns text[])
    WHERE NOT EXISTS (SELECT FROM number_rules AS n WHERE n.pattern = ANY (a.patterns))
    ORDER BY a.phone_number
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
    RETURNING p.phone_number, p.next_send_at
  )
  SELECT array_agg(taken.phone_number), array_agg(taken.next_send_at) INTO passed, again FROM taken;

  WITH rule AS (
    SELECT r.place, r.name, r.key, r.secs, min(r.quota) AS quota, count(*)::integer AS hits
    FROM json_to_recordset(items) AS a (phone_number text, names text[], keys text[], quotas integer[], windows integer[])
    CROSS JOIN LATERAL unnest(a.names, a.keys, a.quotas, a.windows) WITH ORDINALITY AS r (name, key, quota, secs, place)
    WHERE a.phone_number = ANY (passed)
    GROUP BY r.place, r.key, r.name, r.secs
  ), counter AS (
    INSERT INTO limit_counters AS l (limit_name, key, window_seconds, slots, counts)
    SELECT r.name, r.key, r.secs, ARRAY[slot_of(now(), r.secs)], ARRAY[r.hits] FROM rule AS r ORDER BY r.place, r.key
    ON CONFLICT ON CONSTRAINT limit_counters_pkey DO UPDATE SET
      (slots, counts) = (SELECT c.slots, c.counts FROM counted(l.slots, l.counts, excluded.slots[1], excluded.counts[1]) AS c),
      updated_at = CASE WHEN l.slots[cardinality(l.slots)] = excluded.slots[1] THEN l.updated_at ELSE now() END
    RETURNING l.limit_name, l.key, l.window_seconds, l.counts
  )
  SELECT bool_or((SELECT sum(n) FROM unnest(c.counts) AS n) > r.quota) INTO overflows
  FROM counter AS c JOIN rule AS r ON r.key = c.key AND r.name = c.limit_name AND r.secs = c.window_seconds;
  IF overflows THEN
    RAISE SQLSTATE 'PL429';
  END IF;

  RETURN QUERY
  WITH asked AS (
    SELECT * FROM json_to_recordset(items) AS a (id text, phone_number text, country text, purpose text, channel text,
      locale text, reference text, provider text, send_reference text, key_hash text, login_id uuid, binding jsonb)
    JOIN unnest(passed, again) AS t (phone, next_send) ON t.phone = a.phone_number
  ), v AS (
    INSERT INTO verifications (id, phone_number, country, purpose, channel, locale, reference, provider,
      send_reference, max_attempts, expires_at, resend_at, login_id, binding)
    SELECT a.id, a.phone_number, a.country, a.purpose, a.channel, a.locale, a.reference, a.provider, a.send_reference,
      most_attempts, now() + make_interval(secs => ttl), a.next_send, a.login_id, a.binding
    FROM asked AS a
    RETURNING id, channel, expires_at, resend_at, created_at
  ), e AS (
    INSERT INTO verification_events (verification_id, type, detail)
    SELECT v.id, 'requested', jsonb_build_object('channel', v.channel) FROM v
  ), k AS (
    UPDATE idempotency_keys AS k SET verification_id = (SELECT a.id FROM asked AS a WHERE a.key_hash = k.key_hash)
    WHERE k.key_hash = ANY (ARRAY(SELECT a.key_hash FROM asked AS a WHERE a.key_hash IS NOT NULL))
  )
  SELECT v.id, v.expires_at, v.resend_at, v.created_at FROM v;
END $$`;

/** The provider has accepted each of them. */
const MARK_SEVERAL_SENT = `
CREATE FUNCTION mark_several_sent(ids text[], items json)
RETURNS TABLE (id text, code_length integer)
LANGUAGE plpgsql ${BY_KEY} AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  WITH v AS (
    UPDATE verifications AS v
    SET status = 'pending', provider_reference = a.provider_reference, provider_message_id = a.provider_message_id,
      sent_at = now(), updated_at = now(),
      code_length = coalesce(a.code_length, CASE WHEN v.own_code_reference = v.send_reference THEN v.own_code_length END)
    FROM json_to_recordset(items) AS a (id text, provider_reference text, code_length integer, provider_message_id text)
    WHERE v.id = ANY (ids) AND v.id = a.id AND coalesce(v.status = 'sending', false)
    RETURNING v.id, v.provider, v.code_length
  ), e AS (
    INSERT INTO verification_events (verification_id, type, detail)
    SELECT v.id, 'sent', jsonb_build_object('provider', v.provider) FROM v
  )
  SELECT v.id, v.code_length FROM v;
END $$`;

/** As `take_guess` and the attempt that it is for. Of two verifications of one number one is left out. */
const TAKE_SEVERAL_ATTEMPTS = `
CREATE FUNCTION take_several_attempts(ids text[], quotas integer[], windows integer[])
RETURNS TABLE (id text, phone_number text, country text, purpose text, channel text, reference text, binding jsonb,
  provider text, send_reference text, provider_reference text, attempts integer, max_attempts integer)
LANGUAGE plpgsql ${BY_KEY} AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  WITH held AS (
    SELECT v.id, v.phone_number, v.attempts = 0 AS prepaid
    FROM verifications AS v
    WHERE v.id = ANY (ids) AND coalesce(v.status = 'pending' AND v.expires_at > now() AND v.attempts < v.max_attempts, false)
    ORDER BY v.id FOR UPDATE
  ), guess AS (
    UPDATE phone_limits AS p SET
      wrong_run = p.wrong_run + 1,
      guesses = CASE WHEN h.prepaid THEN p.guesses ELSE noted(p.guesses, quotas) END,
      updated_at = touched(p.updated_at)
    FROM (SELECT * FROM held ORDER BY phone_number) AS h
    WHERE p.phone_number = ANY (ARRAY(SELECT phone_number FROM held)) AND p.phone_number = h.phone_number
      AND p.wrong_run < 100 AND (h.prepaid OR has_room(p.guesses, quotas, windows))
    RETURNING h.id
  ), v AS (
    UPDATE verifications AS v SET attempts = v.attempts + 1, last_attempt_at = now(), updated_at = now()
    FROM guess AS g WHERE v.id = ANY (ids) AND v.id = g.id
    RETURNING v.*
  )
  SELECT v.id, v.phone_number::text, v.country::text, v.purpose, v.channel::text, v.reference, v.binding, v.provider, v.send_reference,
    v.provider_reference, v.attempts::integer, v.max_attempts::integer FROM v;
END $$`;

/** The one success of each. No two may be of one number. */
const MARK_SEVERAL_VERIFIED = `
CREATE FUNCTION mark_several_verified(ids text[], items json, cooldown integer)
RETURNS TABLE (id text, verified_at timestamptz)
LANGUAGE plpgsql ${BY_KEY} AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  WITH v AS (
    UPDATE verifications AS v
    SET status = 'verified', verified_at = now(), proof_id = a.proof_id, channel = a.channel, provider = a.provider, updated_at = now()
    FROM json_to_recordset(items) AS a (id text, by_number boolean, proof_id text, channel text, provider text)
    WHERE v.id = ANY (ids) AND v.id = a.id AND coalesce(v.status = 'pending', false)
    RETURNING v.id, v.phone_number, v.country, v.verified_at,
      CASE WHEN v.attempts = 1 AND NOT a.by_number THEN v.created_at ELSE v.last_attempt_at END AS guessed_at
  ), u AS (
    INSERT INTO users AS u (phone_number, country, status, verified_at, last_verified_at)
    SELECT v.phone_number, v.country, 'verified', now(), now() FROM v ORDER BY v.phone_number
    ON CONFLICT (phone_number) DO UPDATE SET
      status = 'verified',
      verified_at = coalesce(u.verified_at, now()),
      last_verified_at = now(),
      updated_at = now()
  ), p AS (
    UPDATE phone_limits AS p
    SET cooldown_step = 0, wrong_run = 0, updated_at = touched(p.updated_at),
      guesses = forgotten(p.guesses, v.guessed_at),
      next_send_at = CASE WHEN p.next_send_at IS NOT NULL
        THEN least(p.next_send_at, p.last_send_at + make_interval(secs => cooldown)) END
    FROM (SELECT * FROM v ORDER BY phone_number) AS v
    WHERE p.phone_number = ANY (ARRAY(SELECT phone_number FROM v)) AND p.phone_number = v.phone_number
  ), e AS (
    INSERT INTO verification_events (verification_id, type) SELECT v.id, 'verified' FROM v
  )
  SELECT v.id, v.verified_at FROM v;
END $$`;
