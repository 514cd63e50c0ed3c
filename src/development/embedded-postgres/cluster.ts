import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Account } from './account.js';
import type { Binaries } from './binaries.js';
import { isAlive } from './pid-file.js';
import { startupError, serverEnvironment } from './program.js';

export const CLUSTER_USER = 'proofline';

const PASSWORD_FILE = 'proofline.password';
const INITDB_TIMEOUT_MS = 60_000;

/**
 * Creates the cluster unless it exists. Safe to call from several processes at once: a cluster
 * appears complete or not at all.
 * @returns the superuser's password.
 * @throws Error when initdb fails or the directory holds something else.
 */
export async function ensureCluster(
  data: string,
  binaries: Binaries,
  account: Account | undefined,
): Promise<string> {
  const entries = contentsOf(data);
  if (!entries.includes('PG_VERSION')) {
    if (entries.length > 0) throw occupiedError(data);
    removeUnfinished(data);
    await createCluster(data, binaries, account);
  }
  return readFileSync(join(data, PASSWORD_FILE), 'utf8').trim();
}

function contentsOf(data: string): string[] {
  try {
    return readdirSync(data);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return [];
    if (code !== 'EACCES') throw error;
    throw new Error(`The database cluster in ${data} belongs to another user; set DATABASE_URL`, {
      cause: error,
    });
  }
}

async function createCluster(
  data: string,
  { initdb }: Binaries,
  account: Account | undefined,
): Promise<void> {
  const temporary = `${data}.init-${process.pid}-${randomBytes(4).toString('hex')}`;
  const passwordFile = join(temporary, PASSWORD_FILE);
  const unfinished = join(temporary, 'data');
  mkdirSync(temporary, { mode: 0o700 });
  try {
    writeFileSync(passwordFile, `${randomBytes(24).toString('hex')}\n`, { mode: 0o600 });
    if (account)
      for (const path of [temporary, passwordFile]) chownSync(path, account.uid, account.gid);
    await runInitdb(initdb, unfinished, passwordFile, account);
    renameSync(passwordFile, join(unfinished, PASSWORD_FILE));
    publish(unfinished, data);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

function publish(unfinished: string, data: string): void {
  try {
    renameSync(unfinished, data);
  } catch (error) {
    // Another process of this checkout created the cluster first.
    if (existsSync(join(data, 'PG_VERSION'))) return;
    throw occupiedError(data, error);
  }
}

function occupiedError(data: string, cause?: unknown): Error {
  return new Error(`${data} exists, but is not a database cluster; remove it or set DATABASE_URL`, {
    cause,
  });
}

function runInitdb(
  initdb: string,
  data: string,
  passwordFile: string,
  account: Account | undefined,
): Promise<void> {
  const options = [
    `--pgdata=${data}`,
    `--username=${CLUSTER_USER}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    // The builtin provider needs no installed locale.
    '--no-locale',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--no-instructions',
    '--no-sync',
  ];
  return new Promise((resolve, reject) => {
    const child = spawn(initdb, options, {
      ...account,
      cwd: dirname(data),
      env: serverEnvironment(),
      stdio: ['ignore', 'ignore', 'pipe'],
      timeout: INITDB_TIMEOUT_MS,
    });
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.once('error', (error) => reject(startupError(error)));
    child.once('close', (code, signal) => {
      if (code === 0) resolve();
      else {
        const cause = signal ?? `exit code ${code ?? '?'}`;
        reject(startupError(new Error(`initdb failed (${cause}): ${stderr.trim()}`)));
      }
    });
  });
}

function removeUnfinished(data: string): void {
  const prefix = `${basename(data)}.init-`;
  for (const name of readdirSync(dirname(data)).filter((entry) => entry.startsWith(prefix))) {
    const owner = Number(name.slice(prefix.length).split('-')[0]);
    if (!isAlive(owner)) rmSync(join(dirname(data), name), { recursive: true, force: true });
  }
}
