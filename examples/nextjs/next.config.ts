import type { NextConfig } from 'next';

const config: NextConfig = {
  poweredByHeader: false,
  // Browsers ask for it while one page replaces another, and a bare image has no link to an icon.
  rewrites: () => Promise.resolve([{ source: '/favicon.ico', destination: '/icon.svg' }]),
  // The repository around this folder has its own lockfile.
  turbopack: { root: import.meta.dirname },
  outputFileTracingRoot: import.meta.dirname,
};

export default config;
