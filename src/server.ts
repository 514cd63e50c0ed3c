import { createRequire } from 'node:module';

// Before any import that an older Node cannot load.
createRequire(import.meta.url)('./config/node-version.cjs');
await import('./cli/serve.js');
