import { buildIfNeeded, fail } from './builder.mjs';

const [command, dataDirectory] = process.argv.slice(2);
if ((command !== 'start' && command !== 'stop') || dataDirectory === undefined) {
  fail('Usage: node scripts/embedded-postgres.mjs start|stop <data directory>');
}
buildIfNeeded();
const { startEmbeddedPostgres } =
  await import('../dist/development/embedded-postgres/embedded-postgres.js');
try {
  const server = await startEmbeddedPostgres({ dataDirectory });
  if (command === 'start') console.log(server.url);
  else await server.stop();
} catch (error) {
  fail(error.message);
}
