import { buildIfNeeded } from './builder.mjs';
import { buildClientIfNeeded } from './client.mjs';

buildIfNeeded();
// The demo page loads it.
if (process.env.NODE_ENV !== 'production') await buildClientIfNeeded();
// The same process, so that signals reach the server.
await import('../dist/server.js');
