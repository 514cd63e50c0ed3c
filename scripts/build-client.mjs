import { buildClientIfNeeded } from './client.mjs';

await buildClientIfNeeded();
