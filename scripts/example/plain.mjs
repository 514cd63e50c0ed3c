import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { ROOT } from '../builder.mjs';

const FILES = {
  '/': { path: 'examples/plain/index.html', type: 'text/html; charset=utf-8' },
  '/proofline.js': { path: 'client/dist/proofline.js', type: 'text/javascript; charset=utf-8' },
};
/** What the page's source says in place of the running service and its key. */
const USUAL_SERVICE = 'http://127.0.0.1:3000';
const NO_KEY = "publishableKey = ''";

/** Serves the two files of the plain example on an origin of their own. */
export async function servePlain(port) {
  let [service, key] = [USUAL_SERVICE, ''];
  const server = createServer((request, response) => {
    const file = FILES[new URL(request.url ?? '/', 'http://localhost').pathname];
    if (!file) {
      response.writeHead(404).end();
      return;
    }
    readFile(join(ROOT, file.path), 'utf8').then(
      (text) => {
        const headers = { 'Content-Type': file.type, 'Cache-Control': 'no-cache' };
        const page = text
          .replaceAll(USUAL_SERVICE, service)
          .replace(NO_KEY, `publishableKey = '${key}'`);
        response.writeHead(200, headers).end(page);
      },
      () => response.writeHead(500).end(),
    );
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const talkTo = (url, publishableKey) => {
    [service, key] = [url, publishableKey];
  };
  return { url: `http://127.0.0.1:${server.address().port}`, talkTo };
}
