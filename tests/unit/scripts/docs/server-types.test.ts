import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeApi } from '../../../../scripts/docs/openapi.js';
import { serverTypes } from '../../../../scripts/docs/server-types.js';

const FILE = join(import.meta.dirname, '../../../../packages/server/src/api-types.ts');

describe('the types of the server package', () => {
  test('are those of the API: otherwise run "npm run docs:client"', async () => {
    expect(readFileSync(FILE, 'utf8')).toBe(serverTypes(await describeApi()));
  });
});
