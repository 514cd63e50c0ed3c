-- The digits of everything in a text that may be an international number: runs of at least seven digits, with and
-- without the separators between them, without leading zeros. An index uses it.
-- In plpgsql, because a function in SQL that is not inlined is planned again by every statement.
CREATE OR REPLACE FUNCTION numbers_in(value text) RETURNS text[]
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  numbers text[] := '{}';
  run text[];
BEGIN
  FOR run IN
    SELECT regexp_matches(value, '([0-9](?:[ .()/-]*[0-9]){6,})', 'g')
    UNION SELECT regexp_matches(value, '([0-9]{7,})', 'g')
  LOOP
    numbers := numbers || ltrim(translate(run[1], ' .()/-', ''), '0');
  END LOOP;
  RETURN numbers;
END $$;
