import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { clientTypes } from './docs/client-types.js';
import { envExample, withConfigurationTable, withSimulatorTable } from './docs/configuration.js';
import { describeApi } from './docs/openapi.js';
import { buildPostmanCollection } from './docs/postman-collection.js';
import { serverTypes } from './docs/server-types.js';

/**
 * Writes the documents generated from code: `npm run docs:env`, `docs:client`, `docs:postman`. `docs:openapi`
 * prints the OpenAPI document with every feature enabled.
 */
const ROOT = join(import.meta.dirname, '..');

const GENERATORS: Readonly<Record<string, () => Promise<void> | void>> = {
  env: () => {
    write('.env.example', envExample());
    write('docs/configuration.md', withConfigurationTable(read('docs/configuration.md')));
    write('docs/simulator.md', withSimulatorTable(read('docs/simulator.md')));
  },
  client: async () => {
    const api = await describeApi();
    write('client/src/api-types.ts', clientTypes(api));
    write('packages/server/src/api-types.ts', serverTypes(api));
  },
  openapi: async () => {
    process.stdout.write(`${JSON.stringify(await describeApi(), null, 2)}\n`);
  },
  postman: async () => {
    const collection = buildPostmanCollection(await describeApi());
    write('docs/postman_collection.json', `${JSON.stringify(collection, null, 2)}\n`);
  },
};

function read(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

function write(path: string, text: string): void {
  writeFileSync(join(ROOT, path), text);
  process.stdout.write(`wrote ${path}\n`);
}

const generate = GENERATORS[process.argv[2] ?? ''];
if (!generate) throw new Error(`Usage: tsx scripts/docs.ts ${Object.keys(GENERATORS).join('|')}`);
await generate();
