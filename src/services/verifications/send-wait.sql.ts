/**
 * How a verification stands, and at the same moment how long a message to its number would have to wait, by the rules
 * of `take_send`, with nothing taken and nothing locked; `closed` when waiting is no help. $1 phone, $2 patterns,
 * $3 cool-down seconds, $4 names, $5 keys, $6 quotas and $7 windows of shared limits, $8 id, $9 and $10 quotas and
 * windows of sends, $11 and $12 of guesses
 */
export const SEND_WAIT = `
WITH rule AS (
  SELECT (
    SELECT n.kind FROM number_rules AS n WHERE n.pattern = ANY ($2::text[])
    ORDER BY length(rtrim(n.pattern, '*')) DESC, n.pattern LIMIT 1
  ) AS kind
), window_waits AS (
  SELECT (leaving.slot + 61) * l.secs / 60.0 - extract(epoch FROM now()) AS wait
  FROM rule
  CROSS JOIN unnest($4::text[], $5::text[], $6::int[], $7::int[]) AS l (name, key, quota, secs)
  JOIN limit_counters AS c ON c.limit_name = l.name AND c.key = l.key AND c.window_seconds = l.secs
  -- The newest slot up to which the window is full: once it has left, one more fits.
  CROSS JOIN LATERAL (
    SELECT s.slot FROM (
      SELECT e.slot, sum(e.hits) OVER (ORDER BY e.slot DESC) AS up_to_now
      FROM unnest(c.slots, c.counts) AS e (slot, hits) WHERE e.slot >= slot_of(now(), l.secs) - 60
    ) AS s
    WHERE s.up_to_now >= l.quota ORDER BY s.slot DESC LIMIT 1
  ) AS leaving
  WHERE rule.kind IS DISTINCT FROM 'safe'
)
SELECT v.status, v.expires_at <= now() AS late,
  coalesce(rule.kind = 'block', false) OR coalesce(p.wrong_run >= 100, false) AS closed,
  greatest(
    0, CASE WHEN $3::int > 0 THEN extract(epoch FROM p.next_send_at - now()) END, (SELECT max(wait) FROM window_waits),
    (SELECT wait FROM longest_wait(p.sends, $9::int[], $10::int[])),
    (SELECT wait FROM longest_wait(p.guesses, $11::int[], $12::int[]))
  )::float8 AS wait
FROM rule CROSS JOIN verifications AS v LEFT JOIN phone_limits AS p ON p.phone_number = $1
WHERE v.id = $8`;
