import { createRequire } from 'node:module';

// Before any import that an older Node cannot load.
createRequire(import.meta.url)('./node-version.cjs');
await import('./start.js');
