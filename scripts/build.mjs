import { build } from './builder.mjs';
import { buildClientIfNeeded, buildClientTypes } from './client.mjs';

build({ checkTypes: true });
await buildClientIfNeeded();
buildClientTypes();
