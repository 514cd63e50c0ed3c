'use strict';

const { createFunctions, dropFunctions } = require('./support/functions.cjs');

const FUNCTIONS = [
  'webhook_types',
  'write_application_event',
  'write_number_blocked',
  'write_limit_reached',
  'count_webhook_endpoints',
  'write_webhooks',
  'write_rule_webhooks',
  'install_webhook_trigger',
];

/**
 * Endpoints of webhooks, and the outbox: one row of `webhook_deliveries` for each event and endpoint.
 *
 * `webhook_deliveries` has no foreign keys: each event would lock the one row of its endpoint. Deleted
 * endpoints stay until the retention has deleted their deliveries.
 */
module.exports = {
  async up(queryInterface) {
    const run = (sql) => queryInterface.sequelize.query(sql);
    // Without an application, an endpoint receives the events of all applications. Secrets are encrypted.
    await run(`
      CREATE TABLE webhook_endpoints (
        id              text COLLATE "C" PRIMARY KEY,
        application_id  text COLLATE "C" REFERENCES applications (id),
        url             text NOT NULL,
        events          text[] NOT NULL,
        number_format   text NOT NULL CHECK (number_format IN ('full', 'masked')),
        sealed_secrets  text[] NOT NULL CHECK (cardinality(sealed_secrets) <= 2),
        failing_since   timestamptz,
        disabled_at     timestamptz,
        disabled_reason text CHECK (disabled_reason IN ('operator', 'gone', 'failing')),
        deleted_at      timestamptz,
        created_at      timestamptz NOT NULL DEFAULT now(),
        CHECK ((disabled_at IS NULL) = (disabled_reason IS NULL))
      )`);
    await run(`
      CREATE INDEX webhook_endpoints_of_application ON webhook_endpoints (application_id) WHERE deleted_at IS NULL`);
    // A lease changes no indexed column, and free space allows HOT updates.
    await run(`
      CREATE TABLE webhook_deliveries (
        endpoint_id     text COLLATE "C" NOT NULL,
        id              bigint GENERATED ALWAYS AS IDENTITY,
        event_id        text COLLATE "C" NOT NULL,
        type            text NOT NULL,
        application_id  text COLLATE "C",
        verification_id text COLLATE "C",
        phone_number    text,
        data            jsonb NOT NULL,
        occurred_at     timestamptz NOT NULL DEFAULT now(),
        once_key        text COLLATE "C",
        status          text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'delivered', 'failed')),
        attempts        integer NOT NULL DEFAULT 0,
        next_attempt_at timestamptz NOT NULL DEFAULT now(),
        leased_until    timestamptz,
        attempt_log     jsonb NOT NULL DEFAULT '[]',
        PRIMARY KEY (endpoint_id, id)
      ) WITH (fillfactor = 80)`);
    await run(`
      CREATE INDEX webhook_deliveries_pending ON webhook_deliveries (endpoint_id, next_attempt_at)
        WHERE status = 'pending'`);
    // Some changes are seen by several transactions, but are one event.
    await run(`
      CREATE UNIQUE INDEX webhook_deliveries_once ON webhook_deliveries (endpoint_id, once_key)
        WHERE once_key IS NOT NULL`);
    // For the erasure of a number.
    await run(`
      CREATE INDEX webhook_deliveries_of_number ON webhook_deliveries (phone_number)
        WHERE phone_number IS NOT NULL`);
    await createFunctions(queryInterface, FUNCTIONS);
    await run(`
      CREATE TRIGGER install_webhook_trigger AFTER INSERT ON webhook_endpoints
        FOR EACH STATEMENT EXECUTE FUNCTION install_webhook_trigger()`);
    await run(`
      CREATE TRIGGER write_rule_webhooks AFTER INSERT OR UPDATE OF kind ON number_rules
        FOR EACH ROW WHEN (NEW.kind = 'block') EXECUTE FUNCTION write_rule_webhooks()`);
  },

  async down(queryInterface) {
    const run = (sql) => queryInterface.sequelize.query(sql);
    await run('DROP TRIGGER write_rule_webhooks ON number_rules');
    await run('DROP TRIGGER IF EXISTS write_webhooks ON verification_events');
    await run('DROP TABLE webhook_deliveries');
    await run('DROP TABLE webhook_endpoints');
    await dropFunctions(queryInterface, FUNCTIONS);
  },
};
