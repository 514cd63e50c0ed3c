'use strict';

/**
 * Rules about one value become rules of its type. Postgres reads the CHECK constraints of a table anew in every statement
 * that writes to it, whichever columns are meant; those of a type once in a connection, and only where the value is set.
 */
const DOMAINS = {
  e164: ['text', `VALUE ~ '^\\+[1-9][0-9]{6,14}$'`],
  country_code: ['text', `VALUE ~ '^[A-Z]{2}$'`],
  channel: ['text', `VALUE IN ('sms', 'voice', 'flashcall', 'whatsapp', 'seamless')`],
  verification_status: [
    'text',
    `VALUE IN ('sending', 'pending', 'verified', 'failed', 'expired', 'cancelled')`,
  ],
  user_status: ['text', `VALUE IN ('unverified', 'verified')`],
  whole_number: ['integer', 'VALUE >= 0'],
  most_attempts: ['integer', 'VALUE BETWEEN 1 AND 10'],
  own_code_length: ['integer', 'VALUE BETWEEN 6 AND 10'],
  window_length: ['integer', 'VALUE > 0'],
};

/** Table, column, domain, and the constraint of the table that says the same. */
const COLUMNS = [
  ['verifications', 'phone_number', 'e164', 'verifications_phone_number_check'],
  ['verifications', 'country', 'country_code', 'verifications_country_check'],
  ['verifications', 'channel', 'channel', 'verifications_channel_check'],
  ['verifications', 'resend_channel', 'channel', 'verifications_resend_channel_check'],
  ['verifications', 'status', 'verification_status', 'verifications_status_check'],
  ['verifications', 'max_attempts', 'most_attempts', 'verifications_max_attempts_check'],
  ['verifications', 'own_code_length', 'own_code_length', 'verifications_own_code_length_check'],
  ['users', 'phone_number', 'e164', 'users_phone_number_check'],
  ['users', 'country', 'country_code', 'users_country_check'],
  ['users', 'status', 'user_status', 'users_status_check'],
  ['phone_limits', 'cooldown_step', 'whole_number', 'phone_limits_cooldown_step_check'],
  ['phone_limits', 'wrong_run', 'whole_number', 'phone_limits_wrong_run_check'],
  ['limit_counters', 'window_seconds', 'window_length', 'limit_counters_window_seconds_check'],
];

/** What is about several columns stays with the table, as few and as short as it can be: before, and after. */
const OF_VERIFICATIONS = [
  [
    ['verifications_check', 'attempts BETWEEN 0 AND max_attempts'],
    ['verifications_check1', 'phone_attempts BETWEEN 0 AND max_attempts'],
    ['verifications_check4', 'login_id IS NULL OR binding IS NULL'],
    ['verifications_check5', "binding IS NULL OR purpose = 'transaction'"],
  ],
  [
    ['verifications_attempts_check', 'greatest(attempts, phone_attempts) <= max_attempts'],
    [
      'verifications_binding_check',
      "binding IS NULL OR (purpose = 'transaction' AND login_id IS NULL)",
    ],
  ],
];
/** Columns whose constraint said more than their type does. */
const ATTEMPTS = ['attempts', 'phone_attempts'];

const TABLES = [...new Set(COLUMNS.map(([table]) => table))];

/** What changes besides, of the table that has rules about several columns. */
const replaced = (old, fresh, type) => [
  ...old.map(([name]) => `DROP CONSTRAINT ${name}`),
  ...ATTEMPTS.map((column) => `ALTER COLUMN ${column} TYPE ${type}`),
  ...fresh.map(([name, check]) => `ADD CONSTRAINT ${name} CHECK (${check})`),
];

/** One statement a table: each of them writes it anew. */
const alter = (table, change, ofVerifications) =>
  `ALTER TABLE ${table} ${[
    ...COLUMNS.filter(([name]) => name === table).flatMap(change),
    ...(table === 'verifications' ? ofVerifications : []),
  ].join(', ')}`;

module.exports = {
  async up(queryInterface) {
    const run = (sql) => queryInterface.sequelize.query(sql);
    for (const [name, [type, check]] of Object.entries(DOMAINS)) {
      await run(`CREATE DOMAIN ${name} AS ${type} CHECK (${check})`);
    }
    const [before, after] = OF_VERIFICATIONS;
    const become = ([, column, domain, constraint]) => [
      `DROP CONSTRAINT ${constraint}`,
      `ALTER COLUMN ${column} TYPE ${domain}`,
    ];
    for (const table of TABLES) {
      await run(alter(table, become, replaced(before, after, 'whole_number')));
    }
  },

  async down(queryInterface) {
    const run = (sql) => queryInterface.sequelize.query(sql);
    const [before, after] = OF_VERIFICATIONS;
    const become = ([, column, domain, constraint]) => {
      const [type, check] = DOMAINS[domain];
      return [
        `ALTER COLUMN ${column} TYPE ${type}`,
        `ADD CONSTRAINT ${constraint} CHECK (${check.replace('VALUE', column)})`,
      ];
    };
    for (const table of TABLES) {
      await run(alter(table, become, replaced(after, before, 'integer')));
    }
    for (const name of Object.keys(DOMAINS)) await run(`DROP DOMAIN ${name}`);
  },
};
