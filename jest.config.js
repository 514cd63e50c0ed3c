/** ES modules through ts-jest; types are checked by `npm run check`, not on every test run. */
const transform = {
  '^.+\\.ts$': [
    'ts-jest',
    { useESM: true, tsconfig: '<rootDir>/tsconfig.json', diagnostics: false },
  ],
};

export default {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform,
  moduleNameMapper: {
    '^(\\.{1,2}/.*)\\.js$': '$1',
    // What keeps a module out of browsers, in the example.
    '^server-only$': '<rootDir>/tests/support/server-only.ts',
    // The same code in the form that Jest loads without complaining about its JSON imports.
    '^libphonenumber-js/(max|min)$': '<rootDir>/node_modules/libphonenumber-js/$1/index.cjs',
  },
  roots: ['<rootDir>/tests'],
  testMatch: ['**/*.test.ts'],
  // Minutes long, and they want the machine to themselves: npm run test:faults.
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/tests/fault/', '<rootDir>/tests/model/'],
  globalSetup: '<rootDir>/tests/support/global-setup.ts',
  testSequencer: '<rootDir>/tests/support/long-ones-first.mjs',
  globalTeardown: '<rootDir>/tests/support/global-teardown.ts',
  setupFilesAfterEnv: ['<rootDir>/tests/support/setup-after-env.ts'],
  testTimeout: 30_000,
  maxWorkers: 2,
};
