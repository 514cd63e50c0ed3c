import type { NextConfig } from 'next';

const config: NextConfig = {
  poweredByHeader: false,
  // The checkout around this folder has a lockfile of its own.
  turbopack: { root: import.meta.dirname },
  outputFileTracingRoot: import.meta.dirname,
};

export default config;
