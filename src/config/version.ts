import { readFileSync } from 'node:fs';
import { join } from 'node:path';

// The same path from src/ and dist/.
const MANIFEST = join(import.meta.dirname, '../../package.json');

/** The version of this service, as in `package.json`. */
export const VERSION = (JSON.parse(readFileSync(MANIFEST, 'utf8')) as { version: string }).version;
