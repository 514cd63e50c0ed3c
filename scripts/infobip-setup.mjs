import { buildIfNeeded } from './builder.mjs';

buildIfNeeded();
await import('../dist/cli/infobip-setup.js');
