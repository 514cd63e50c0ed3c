/** What tests run as processes of their own, and what their pages are made of. Types are not checked. */
import { buildIfNeeded } from './builder.mjs';

buildIfNeeded();
await import('./build-client.mjs');
