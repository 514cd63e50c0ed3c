import { once } from 'node:events';
import { createServer } from 'node:http';
import next from 'next';

/**
 * Runs Next.js behind its own listener, because the service limits requests by client address. A browser
 * can send any `X-Forwarded-For`, so this server replaces it with the real address.
 */
const port = Number(process.env.PORT ?? 3001);
const hostname = process.env.HOST ?? '127.0.0.1';
const trustedProxy = process.env.TRUSTED_PROXY;
const FORWARDED = ['x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'forwarded'];

// lib/service.ts refuses to run without this server.
process.env.ADDRESSES_ARE_CHECKED = 'true';

/** Prepared with the real port: after an action, Next.js asks this server for the next page. */
async function prepare() {
  await once(server, 'listening');
  const { port } = server.address();
  const app = next({ dev: process.env.NODE_ENV === 'development', hostname, port });
  await app.prepare();
  return app.getRequestHandler();
}

const server = createServer(async (request, response) => {
  const peer = request.socket.remoteAddress?.replace(/^::ffff:/, '') ?? '';
  const isProxy = trustedProxy !== undefined && peer === trustedProxy;
  const forwarded = isProxy
    ? request.headers['x-forwarded-for']?.split(',').at(-1)?.trim()
    : undefined;
  if (!isProxy) for (const name of FORWARDED) delete request.headers[name];
  request.headers['x-forwarded-for'] = forwarded || peer;
  (await handler)(request, response);
});

const handler = prepare();
server.listen(port, hostname);
await handler;
console.log(`listening on http://${hostname}:${server.address().port}`);

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => {
    server.close(() => process.exit(0));
    server.closeIdleConnections();
    setTimeout(() => process.exit(0), 2000).unref();
  });
}
