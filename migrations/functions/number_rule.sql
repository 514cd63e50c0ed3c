-- The rule in force for a number, `block` or `safe`, by all patterns that cover it. The longest pattern wins.
CREATE OR REPLACE FUNCTION number_rule(patterns text[]) RETURNS text
LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN (
    SELECT n.kind FROM number_rules AS n WHERE n.pattern = ANY (patterns)
    ORDER BY length(rtrim(n.pattern, '*')) DESC, n.pattern LIMIT 1
  );
END $$;
