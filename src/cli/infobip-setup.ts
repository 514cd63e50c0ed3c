import { createRequire } from 'node:module';

createRequire(import.meta.url)('../config/node-version.cjs');
await import('./set-up-infobip.js');
