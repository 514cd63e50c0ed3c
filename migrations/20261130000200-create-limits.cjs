'use strict';

const { createFunctions, dropFunctions } = require('./support/functions.cjs');

const DOMAINS = {
  whole_number: 'integer CHECK (VALUE >= 0)',
  window_length: 'integer CHECK (VALUE > 0)',
};
const FUNCTIONS = [
  'log_add',
  'log_remove',
  'log_full_until',
  'log_has_room',
  'log_longest_wait',
  'touched',
  'slot_of',
  'counter_add',
  'counter_wait',
  'count_limits',
  'take_limits',
  'give_back',
  'number_rule',
  'is_stopped',
  'cooldown_step',
  'cooldown_time',
  'cooldown_left',
  'send_refusal',
  'take_sends',
];

/**
 * Usage of the limits by number, prefix, country and in total.
 *
 * `phone_limits` logs the times of a number's messages and guesses (ADR 0014). `limit_counters` counts hits
 * per limit, key and window in slots of a sixtieth of the window: `slots` contains slot numbers, `counts`
 * their hits. A window is the newest 61 slots, so no window of that length exceeds its quota.
 */
module.exports = {
  async up(queryInterface) {
    const run = (sql) => queryInterface.sequelize.query(sql);
    for (const [name, type] of Object.entries(DOMAINS))
      await run(`CREATE DOMAIN ${name} AS ${type}`);
    // Free space allows HOT updates.
    await run(`
      CREATE TABLE phone_limits (
        phone_key     text COLLATE "C" PRIMARY KEY,
        cooldown_step whole_number NOT NULL DEFAULT 0,
        last_send_at  timestamptz,
        next_send_at  timestamptz,
        wrong_run     whole_number NOT NULL DEFAULT 0,
        sends         timestamptz[] NOT NULL DEFAULT '{}',
        guesses       timestamptz[] NOT NULL DEFAULT '{}',
        updated_at    timestamptz NOT NULL DEFAULT now()
      ) WITH (fillfactor = 80)`);
    await run('CREATE INDEX phone_limits_updated_at ON phone_limits (updated_at)');
    await run(`
      CREATE TABLE limit_counters (
        limit_name     text COLLATE "C" NOT NULL,
        key            text COLLATE "C" NOT NULL,
        window_seconds window_length NOT NULL,
        slots          bigint[] NOT NULL,
        counts         integer[] NOT NULL,
        updated_at     timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (key, limit_name, window_seconds)
      ) WITH (fillfactor = 80)`);
    await run('CREATE INDEX limit_counters_updated_at ON limit_counters (updated_at)');
    await run(`
      CREATE TABLE number_rules (
        pattern    text COLLATE "C" PRIMARY KEY CHECK (pattern ~ '^\\+[1-9][0-9]{0,14}\\*?$'),
        kind       text NOT NULL CHECK (kind IN ('block', 'safe')),
        note       text,
        created_at timestamptz NOT NULL DEFAULT now()
      )`);
    await createFunctions(queryInterface, FUNCTIONS);
  },

  async down(queryInterface) {
    const run = (sql) => queryInterface.sequelize.query(sql);
    await dropFunctions(queryInterface, FUNCTIONS);
    await run('DROP TABLE number_rules');
    await run('DROP TABLE limit_counters');
    await run('DROP TABLE phone_limits');
    for (const name of Object.keys(DOMAINS)) await run(`DROP DOMAIN ${name}`);
  },
};
