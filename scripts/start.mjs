import { buildIfNeeded } from './builder.mjs';

buildIfNeeded();
// In this process, so that signals sent to it reach the server.
await import('../dist/server.js');
