import type { NextConfig } from 'next';

const config: NextConfig = {
  poweredByHeader: false,
  // The repository around this folder has its own lockfile.
  turbopack: { root: import.meta.dirname },
  outputFileTracingRoot: import.meta.dirname,
};

export default config;
