import { withoutValues } from '../../../src/database/lock-holders.js';

describe('the statement of a session that holds a lock', () => {
  test.each([
    ['BEGIN; LOCK TABLE verifications', 'BEGIN; LOCK TABLE verifications'],
    ['SELECT * FROM t WHERE id = $1 AND a = $2 LIMIT 10', undefined],
    [
      "UPDATE users SET a = '+14155552671' WHERE b = 'it''s 4829'",
      "UPDATE users SET a = '…' WHERE b = '…'",
    ],
    ["ALTER ROLE app PASSWORD 'hunter2 is cut o", "ALTER ROLE app PASSWORD '…'"],
    [String.raw`SELECT E'a\'hunter2', 1`, "SELECT '…', 1"],
    [String.raw`SELECT E'hunter2\ `.trim(), "SELECT '…'"],
    [String.raw`SELECT 'C:\', 'hunter2'`, "SELECT '…', '…'"],
    [
      'DO $$ hunter2 $$; SELECT $a$ hunter2 $$ hunter2 $a$, 1; SELECT $b$hunter2',
      "DO '…'; SELECT '…', 1; SELECT '…'",
    ],
    ['SELECT FROM users WHERE phone = 14155552671', 'SELECT FROM users WHERE phone = [digits]'],
    ['SELECT 1 \u001b]0;owned\u0007\u009b31m\u202e', 'SELECT 1  ]0;owned  31m '],
  ])('%s', (statement, shown = statement) => {
    expect(withoutValues(statement)).toBe(shown);
  });
});
