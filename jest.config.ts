/** @jest-config-loader esbuild-register */
import type { Config } from 'jest';

const config: Config = {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  // Transpiles to ES modules. `npm run check` checks the types.
  transform: {
    '^.+\\.ts$': [
      'ts-jest',
      { useESM: true, tsconfig: '<rootDir>/tsconfig.json', diagnostics: false },
    ],
  },
  moduleNameMapper: {
    '^(\\.{1,2}/.*)\\.js$': '$1',
    // The Next.js example imports it to keep a module out of browsers.
    '^server-only$': '<rootDir>/tests/support/server-only.ts',
    // Jest warns about the JSON imports of the ES module build.
    '^libphonenumber-js/(max|min)$': '<rootDir>/node_modules/libphonenumber-js/$1/index.cjs',
  },
  roots: ['<rootDir>/tests'],
  testMatch: ['**/*.test.ts'],
  // These take minutes and need the machine to themselves: npm run test:faults.
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/tests/fault/', '<rootDir>/tests/model/'],
  globalSetup: '<rootDir>/tests/support/global-setup.ts',
  testSequencer: '<rootDir>/tests/support/long-ones-first.mjs',
  globalTeardown: '<rootDir>/tests/support/global-teardown.ts',
  setupFilesAfterEnv: ['<rootDir>/tests/support/setup-after-env.ts'],
  testTimeout: 30_000,
  maxWorkers: 2,
};

export default config;
