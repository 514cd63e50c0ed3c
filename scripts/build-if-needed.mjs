import { buildIfNeeded } from './builder.mjs';
import { buildClientIfNeeded } from './client.mjs';

/** What tests run as processes of their own, and what their pages are made of. Types are not checked. */
buildIfNeeded();
await buildClientIfNeeded();
