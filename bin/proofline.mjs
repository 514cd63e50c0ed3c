#!/usr/bin/env node
// Builds the service when needed, so that `npx proofline` works in a fresh checkout.
import { buildIfNeeded } from '../scripts/builder.mjs';

buildIfNeeded();
await import('../dist/cli/main.js');
