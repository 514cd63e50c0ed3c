import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { RunningExample } from './running-example.js';

const HOME = join(import.meta.dirname, '../../../examples/nextjs');

export interface HarbourProcess {
  url: string;
  stop(): Promise<void>;
}

/** Another Harbour, built before, which talks to the service through `gateway`. */
export async function startHarbour(
  gateway: string,
  { service, secretKey }: RunningExample,
): Promise<HarbourProcess> {
  const child = spawn(process.execPath, ['server.mjs'], {
    cwd: HOME,
    env: {
      ...process.env,
      NODE_ENV: 'production',
      HOST: '127.0.0.1',
      PORT: '0',
      PROOFLINE_URL: gateway,
      PROOFLINE_SECRET_KEY: secretKey,
      PROOF_AUDIENCE: 'harbour',
      SIMULATOR_URL: service,
      // Sessions that end after it ended idle.
      SESSION_IDLE_SECONDS: '1',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = once(child, 'exit');
  let output = '';
  const listening = new Promise<string>((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
        const url = /listening on (\S+)/.exec(output)?.[1];
        if (url) resolve(url);
      });
    }
  });
  const stop = async () => {
    child.kill('SIGKILL');
    await exited;
  };
  const url = await Promise.race([listening, exited.then(() => undefined)]);
  if (url === undefined) throw new Error(`Harbour did not start:\n${output}`);
  return { url, stop };
}
