import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withDatabase } from '../../../src/database/database-url.js';
import { testServerUrl } from '../../support/database.js';
import type { TestService } from '../../support/service.js';

const ROOT = join(import.meta.dirname, '../../..');

/** Each command is a process that loads the whole service, which is slow on a busy machine. */
export const TIMEOUT_MS = 120_000;

export interface Outcome {
  exitCode: number | null;
  out: string;
  err: string;
  /** Standard output parsed as JSON; requires --json. */
  json: () => Record<string, unknown>;
  /** Lines of the audit log. */
  audit: () => Record<string, unknown>[];
}

/** Starts the command line in a process with only this environment. */
export function startProofline(environment: Record<string, string>, ...args: string[]) {
  return spawn(process.execPath, [join(ROOT, 'dist/cli/main.js'), ...args], {
    // A directory without a .env file.
    cwd: tmpdir(),
    env: { PATH: process.env['PATH'], NODE_ENV: 'test', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** Runs the command line to its end. */
export async function proofline(
  environment: Record<string, string>,
  ...args: string[]
): Promise<Outcome> {
  const child = startProofline(environment, ...args);
  let [out, err] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  return {
    exitCode,
    out,
    err,
    json: () => JSON.parse(out) as Record<string, unknown>,
    audit: () =>
      err
        .split('\n')
        .filter((line) => line.startsWith('{'))
        .map((line) => JSON.parse(line) as Record<string, unknown>),
  };
}

/** Runs the command line with the database and limits of a running service. */
export async function operatorOf(service: TestService, environment: Record<string, string> = {}) {
  const [row] = await service.rows('SELECT current_database() AS name');
  const url = withDatabase(testServerUrl(), String(row?.['name']));
  return (...args: string[]) => proofline({ DATABASE_URL: url, ...environment }, ...args);
}
