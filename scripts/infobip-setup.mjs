import { buildIfNeeded } from './builder.mjs';

buildIfNeeded();
await import('../dist/infobip-setup.js');
