import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createTestDatabase } from '../../support/database.js';
import { freePort } from '../../support/free-port.js';
import { noAccounts } from '../../support/no-accounts.js';

const START_MS = 90_000;
const STOP_MS = 20_000;

/** All tests share one address, prefix and country. */
const NO_LIMITS = {
  LIMIT_SEND_PER_IP: 'off',
  LIMIT_CHECK_PER_IP: 'off',
  LIMIT_SEND_PER_PREFIX: 'off',
  LIMIT_SEND_PER_COUNTRY: 'off',
  LIMIT_SEND_TOTAL: 'off',
  LIMIT_SEND_TO_VERIFIED: 'off',
};

export interface ServiceProcess {
  url: string;
  stop(): Promise<void>;
}

/** The service like `npm start` in development, in its own process and database. */
export const startService = async (
  environment: Record<string, string> = {},
): Promise<ServiceProcess> => {
  const database = await createTestDatabase();
  const port = await freePort();
  const child = spawn(process.execPath, ['dist/server.js'], {
    cwd: join(import.meta.dirname, '../../..'),
    env: {
      ...process.env,
      // Jest sets it to "test"; `npm start` leaves it unset.
      NODE_ENV: '',
      ...noAccounts(),
      VERIFICATION_PROVIDERS: '',
      ...NO_LIMITS,
      DATABASE_URL: database.url,
      HOST: '127.0.0.1',
      PORT: String(port),
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = once(child, 'exit');
  let output = '';
  const ready = new Promise<void>((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
        if (output.includes('listening on http://')) resolve();
      });
    }
  });

  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    const inTime = await Promise.race([
      exited.then(() => true),
      sleep(STOP_MS, false, { ref: false }),
    ]);
    if (!inTime) child.kill('SIGKILL');
    await exited;
    await database.drop();
  };

  const outcome = await Promise.race([
    ready.then(() => 'ready'),
    exited.then(() => 'ended'),
    sleep(START_MS, 'too slow', { ref: false }),
  ]);
  if (outcome !== 'ready') {
    await stop();
    throw new Error(`The service did not start (${outcome}):\n${output}`);
  }
  return { url: `http://127.0.0.1:${port}`, stop };
};
