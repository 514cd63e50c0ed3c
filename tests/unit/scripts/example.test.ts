import { join } from 'node:path';
import { expect, it } from '@jest/globals';

/** No static import, because scripts have no types. */
const SERVICE = join(import.meta.dirname, '../../../scripts/example/service.mjs');

interface Started {
  env: Record<string, string>;
}

it('the service of the examples trusts the addresses that the Next.js server forwards', async () => {
  const { startService } = (await import(SERVICE)) as {
    startService: (children: object, port: number) => Promise<Started>;
  };
  const children = { serve: (_name: string, _args: string[], started: Started) => started };
  const { env } = await startService(children, 3000);
  expect(env).toMatchObject({ TRUST_PROXY: '127.0.0.1', CALLERS: 'keys' });
});
