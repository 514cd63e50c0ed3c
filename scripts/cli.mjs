import { buildIfNeeded } from './builder.mjs';

buildIfNeeded();
await import('../dist/cli/main.js');
