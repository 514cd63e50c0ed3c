import type { TestRun } from './test-run.js';

/** Ends what the set-up has started. */
// eslint-disable-next-line import-x/no-default-export -- Jest asks for it
export default async function globalTeardown(): Promise<void> {
  const { testRun } = globalThis as { testRun?: TestRun };
  await testRun?.end();
}
