import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../../..');
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');

interface Manifest {
  version: string;
  license: string;
  private?: boolean;
  files?: string[];
  publishConfig?: { access: string };
  dependencies?: Record<string, string>;
}

const manifestOf = (folder: string) => JSON.parse(read(`${folder}/package.json`)) as Manifest;
const service = manifestOf('.');

describe.each(['client', 'packages/react', 'packages/vue', 'packages/server'])(
  'the package in %s',
  (folder) => {
    const manifest = manifestOf(folder);

    test('can be published, with the version and licence of the service', () => {
      expect(manifest.private).toBeUndefined();
      expect(manifest.publishConfig).toEqual({ access: 'public' });
      expect(manifest.files).toEqual(['dist']);
      expect([manifest.version, manifest.license]).toEqual([service.version, service.license]);
      expect(read(`${folder}/LICENSE`)).toBe(read('LICENSE'));
      expect(read(`${folder}/README.md`)).toMatch(/^# @proofline\//);
    });

    test('depends on this version of the client, and on versions that the service has', () => {
      const { '@proofline/client': client = service.version, ...others } =
        manifest.dependencies ?? {};
      expect(client).toBe(service.version);
      for (const [name, range] of Object.entries(others)) {
        const { version } = manifestOf(`node_modules/${name}`);
        expect(range).toBe(`^${version}`);
      }
    });
  },
);
