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
};

/** Table, column, domain, and the constraint of the table that says the same. */
const COLUMNS = [
  ['verifications', 'phone_number', 'e164', 'verifications_phone_number_check'],
  ['verifications', 'country', 'country_code', 'verifications_country_check'],
  ['verifications', 'channel', 'channel', 'verifications_channel_check'],
  ['verifications', 'resend_channel', 'channel', 'verifications_resend_channel_check'],
  ['verifications', 'status', 'verification_status', 'verifications_status_check'],
  ['users', 'phone_number', 'e164', 'users_phone_number_check'],
  ['users', 'country', 'country_code', 'users_country_check'],
  ['users', 'status', 'user_status', 'users_status_check'],
  ['phone_limits', 'cooldown_step', 'whole_number', 'phone_limits_cooldown_step_check'],
  ['phone_limits', 'wrong_run', 'whole_number', 'phone_limits_wrong_run_check'],
];

const TABLES = [...new Set(COLUMNS.map(([table]) => table))];

/** One statement a table, so that it is read through once. */
const alter = (table, change) =>
  `ALTER TABLE ${table} ${COLUMNS.filter(([name]) => name === table)
    .flatMap(change)
    .join(', ')}`;

module.exports = {
  async up(queryInterface) {
    const run = (sql) => queryInterface.sequelize.query(sql);
    for (const [name, [type, check]] of Object.entries(DOMAINS)) {
      await run(`CREATE DOMAIN ${name} AS ${type} CHECK (${check})`);
    }
    for (const table of TABLES) {
      await run(
        alter(table, ([, column, domain, constraint]) => [
          `DROP CONSTRAINT ${constraint}`,
          `ALTER COLUMN ${column} TYPE ${domain}`,
        ]),
      );
    }
  },

  async down(queryInterface) {
    const run = (sql) => queryInterface.sequelize.query(sql);
    for (const table of TABLES) {
      await run(
        alter(table, ([, column, domain, constraint]) => {
          const [type, check] = DOMAINS[domain];
          return [
            `ALTER COLUMN ${column} TYPE ${type}`,
            `ADD CONSTRAINT ${constraint} CHECK (${check.replace('VALUE', column)})`,
          ];
        }),
      );
    }
    for (const name of Object.keys(DOMAINS)) await run(`DROP DOMAIN ${name}`);
  },
};
