import { createRequire } from 'node:module';
import { buildIfNeeded, fail } from './builder.mjs';

const USAGE = 'Usage: node scripts/migrate.mjs [up|down|status]';

buildIfNeeded();
const { openDatabase } = createRequire(import.meta.url)('../dist/config/sequelize-cli.cjs');
const { applyMigrations, migrationStatus, revertLast } =
  await import('../dist/database/migrator.js');
const { describeFailure } = await import('../dist/database/describe-failure.js');

const COMMANDS = {
  async up({ url, ...options }) {
    const applied = await applyMigrations(url, options);
    return applied.length > 0 ? applied.map((name) => `applied ${name}`) : ['nothing to apply'];
  },
  async down({ url, ...options }) {
    const reverted = await revertLast(url, options);
    return [reverted ? `reverted ${reverted}` : 'nothing to revert'];
  },
  async status({ url, ...options }) {
    const { applied, pending, unknown } = await migrationStatus(url, options);
    return [
      ...applied.map((name) => `${unknown.includes(name) ? 'unknown' : 'applied'} ${name}`),
      ...pending.map((name) => `pending ${name}`),
    ];
  },
};

const command = COMMANDS[process.argv[2] ?? 'up'];
const unknown = command === undefined ? process.argv[2] : process.argv[3];
if (unknown !== undefined) fail(`Unknown argument "${unknown}". ${USAGE}`);
try {
  const database = await openDatabase();
  try {
    for (const line of await command(database)) console.log(line);
  } finally {
    await database.stop();
  }
} catch (error) {
  fail(`The migration failed: ${describeFailure(error)}`);
}
