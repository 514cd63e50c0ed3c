import type { TestRun } from './test-run.js';

// eslint-disable-next-line import-x/no-default-export -- required by Jest
export default async function globalTeardown(): Promise<void> {
  const { testRun } = globalThis as { testRun?: TestRun };
  await testRun?.end();
}
