#!/usr/bin/env node
import { createRequire } from 'node:module';

createRequire(import.meta.url)('../config/node-version.cjs');
await import('./run.js');
