import base from './jest.config.js';

/** Real processes killed, databases frozen, histories searched: one file after the other. */
export default {
  ...base,
  roots: ['<rootDir>/tests/fault', '<rootDir>/tests/model'],
  testPathIgnorePatterns: ['/node_modules/'],
  maxWorkers: 1,
};
