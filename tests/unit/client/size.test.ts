import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

const built = (name: string) =>
  readFileSync(join(import.meta.dirname, '../../../client/dist', name), 'utf8');
const gzipped = (name: string) => gzipSync(built(name), { level: 9 }).length;

describe('built client', () => {
  test('is 4 KB at most, gzipped', () => {
    expect(gzipped('proofline.js')).toBeLessThanOrEqual(4096);
  });

  test('is 64 KB at most with the element and all numbering plans', () => {
    expect(gzipped('element.js')).toBeLessThanOrEqual(65_536);
  });

  test('imports no module and names no other host', () => {
    expect(built('proofline.js')).not.toMatch(/\bimport\b|\brequire\(|https?:\/\//);
  });

  test('has no dependency', () => {
    const manifest = JSON.parse(
      readFileSync(join(import.meta.dirname, '../../../client/package.json'), 'utf8'),
    ) as Record<string, unknown>;
    expect(manifest['dependencies']).toBeUndefined();
  });

  test('uses no storage that outlives the page', () => {
    expect(built('proofline.js')).not.toMatch(/localStorage|sessionStorage|indexedDB|cookie/);
  });
});
