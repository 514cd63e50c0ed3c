import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface PrefixProxy {
  url: string;
  close(): void;
}

/** A reverse proxy for one path prefix, which it removes or leaves. Other paths are a 421. */
export async function startPrefixProxy(
  target: string,
  prefix: string,
  removesPrefix: boolean,
): Promise<PrefixProxy> {
  const server = createServer((req, res) => {
    const path = req.url ?? '';
    if (path !== prefix && !path.startsWith(`${prefix}/`)) {
      res.writeHead(421).end();
      return;
    }
    const inner = removesPrefix ? path.slice(prefix.length) || '/' : path;
    const { method, headers } = req;
    const onward = request(target + inner, { method, headers }, (answer) => {
      res.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(res);
    });
    onward.on('error', () => res.destroy());
    req.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
