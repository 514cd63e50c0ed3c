-- Adds hits to one slot of a counter and removes the slots that have left the window.
CREATE OR REPLACE FUNCTION counter_add(INOUT slots bigint[], INOUT counts integer[], slot bigint, hits integer DEFAULT 1)
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
  newest integer := cardinality(slots);
  expired integer;
  place integer;
BEGIN
  IF slots[newest] = slot AND slots[1] >= slot - 60 THEN
    counts[newest] := counts[newest] + hits;
    RETURN;
  END IF;
  expired := width_bucket(slot - 61, slots);
  slots := slots[expired + 1 :];
  counts := counts[expired + 1 :];
  place := width_bucket(slot, slots);
  IF place > 0 AND slots[place] = slot THEN
    counts[place] := counts[place] + hits;
  ELSE
    slots := slots[: place] || slot || slots[place + 1 :];
    counts := counts[: place] || hits || counts[place + 1 :];
  END IF;
END $$;
