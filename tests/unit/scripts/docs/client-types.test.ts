import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { clientTypes } from '../../../../scripts/docs/client-types.js';
import { describeApi } from '../../../../scripts/docs/openapi.js';

const FILE = join(import.meta.dirname, '../../../../client/src/api-types.ts');

describe('the types of the client', () => {
  test('are those of the API: otherwise run "npm run docs:client"', async () => {
    expect(readFileSync(FILE, 'utf8')).toBe(clientTypes(await describeApi()));
  });

  test('change with the API', async () => {
    const document = await describeApi();
    const schemas = document.components.schemas;
    schemas['Problem'] = { ...schemas['Problem'], required: [] };
    expect(readFileSync(FILE, 'utf8')).not.toBe(clientTypes(document));
  });
});
