import { spawn } from 'node:child_process';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SoakProvider } from './provider.js';

const ROOT = join(import.meta.dirname, '../..');

/** The built server in production, in its own process. */
export interface SoakedServer {
  url: string;
  footprint(): { rssMiB: number; descriptors: number };
  stop(): Promise<void>;
}

export async function startServer(
  databaseUrl: string,
  provider: SoakProvider,
): Promise<SoakedServer> {
  const child = spawn(process.execPath, ['dist/server.js'], {
    cwd: ROOT,
    env: { PATH: process.env['PATH'], ...environment(databaseUrl, provider) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  const url = await new Promise<string>((resolve, reject) => {
    child.once('exit', () => reject(new Error('The server did not start')));
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      const found = /listening on (http:\/\/[^"\s]+)/.exec(text)?.[1];
      if (found !== undefined) resolve(found);
    });
  });
  return {
    url,
    footprint: () => ({
      rssMiB:
        Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]) /
        1024,
      descriptors: readdirSync(`/proc/${child.pid}/fd`).length,
    }),
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** Limits are off, or high enough to count the traffic without refusing it. */
function environment(databaseUrl: string, provider: SoakProvider): Record<string, string> {
  const { privateKey } = generateKeyPairSync('ed25519');
  return {
    NODE_ENV: 'production',
    CALLERS: 'open',
    HOST: '127.0.0.1',
    PORT: '0',
    DATABASE_URL: databaseUrl,
    SINCH_APPLICATION_KEY: 'soak',
    SINCH_APPLICATION_SECRET: randomBytes(32).toString('base64'),
    SINCH_VERIFICATION_URL: provider.url,
    PROVIDER_ALLOW_LOOPBACK: 'true',
    OTP_SECRET: randomBytes(32).toString('hex'),
    OTP_COUNTRIES: '*',
    PROOF_PRIVATE_KEY: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
    LIMIT_SEND_PER_PHONE: 'off',
    LIMIT_SEND_PER_PREFIX: 'off',
    LIMIT_SEND_PER_COUNTRY: 'off',
    LIMIT_SEND_TOTAL: '10000000/24h',
    LIMIT_SEND_TO_VERIFIED: 'off',
    LIMIT_SEND_PER_IP: '10000000/1h',
    LIMIT_CHECK_PER_IP: '10000000/1h',
  };
}
