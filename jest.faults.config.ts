/** @jest-config-loader esbuild-register */
import type { Config } from 'jest';
import base from './jest.config.ts';

/** Kills processes, freezes databases and searches histories: one file at a time. */
const config: Config = {
  ...base,
  roots: ['<rootDir>/tests/fault', '<rootDir>/tests/model'],
  testPathIgnorePatterns: ['/node_modules/'],
  maxWorkers: 1,
};

export default config;
