import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { tsImport } from 'tsx/esm/api';
import type { TestRun } from './test-run.js';

/** Starts one Postgres for the run: that of DATABASE_URL, or an embedded one. */
// eslint-disable-next-line import-x/no-default-export -- required by Jest
export default async function globalSetup(): Promise<void> {
  const { NODE_ENV: _, ...env } = process.env;
  const script = join(import.meta.dirname, '../../scripts/build.mjs');
  execFileSync(process.execPath, [script, '--if-needed'], { env, stdio: 'inherit' });
  // Jest compiles this file but not what it imports.
  const module = (await tsImport('./test-run.ts', import.meta.url)) as {
    TestRun: { start(): Promise<TestRun> };
  };
  Object.assign(globalThis, { testRun: await module.TestRun.start() });
}
