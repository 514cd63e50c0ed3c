/** ES modules through ts-jest; types are checked by `npm run check`, not on every test run. */
const transform = {
  '^.+\\.ts$': [
    'ts-jest',
    { useESM: true, tsconfig: '<rootDir>/tsconfig.json', diagnostics: false, isolatedModules: true },
  ],
};

export default {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform,
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  roots: ['<rootDir>/tests'],
  testMatch: ['**/*.test.ts'],
  globalSetup: '<rootDir>/tests/support/global-setup.ts',
  globalTeardown: '<rootDir>/tests/support/global-teardown.ts',
  setupFilesAfterEnv: ['<rootDir>/tests/support/setup-after-env.ts'],
  testTimeout: 30_000,
  maxWorkers: 2,
};
