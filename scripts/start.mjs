import { buildIfNeeded } from './builder.mjs';
import { buildClientIfNeeded } from './client.mjs';

buildIfNeeded();
// The demo page is made with it.
if (process.env.NODE_ENV !== 'production') await buildClientIfNeeded();
// In this process, so that signals sent to it reach the server.
await import('../dist/server.js');
