import { startEmbeddedPostgres } from '../../../../src/development/embedded-postgres/embedded-postgres.js';

const server = await startEmbeddedPostgres({
  dataDirectory: process.argv[2] ?? '',
  durable: false,
});
process.stdout.write(
  `${JSON.stringify({ url: server.url, pid: server.pid, port: server.port })}\n`,
);
process.stdin.resume().once('end', () => void server.stop().then(() => process.exit(0)));
