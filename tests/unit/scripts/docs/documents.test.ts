import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describeApi, type Operation } from '../../../../scripts/docs/openapi.js';

const ROOT = join(import.meta.dirname, '../../../..');
const README_LINES = 160;
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');

const DOCUMENTS = [
  'examples/nextjs/README.md',
  ...readdirSync(ROOT).filter((name) => name.endsWith('.md')),
  ...readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

interface Manifest {
  version: string;
  scripts: Record<string, string>;
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
}

const manifest = JSON.parse(read('package.json')) as Manifest;
const example = JSON.parse(read('examples/nextjs/package.json')) as Manifest;

describe('the documents', () => {
  test('keep the README short', () => {
    expect(read('README.md').trimEnd().split('\n').length).toBeLessThanOrEqual(README_LINES);
  });

  test('stand in the index: add a new page to docs/README.md', () => {
    const links = linksOf(read('docs/README.md'));
    const missing = DOCUMENTS.filter(
      (path) => path.startsWith('docs/') && path !== 'docs/README.md',
    )
      .map((path) => path.slice('docs/'.length))
      .filter((path) => !links.includes(path));
    expect(missing).toEqual([]);
  });

  test('link to files and headings that exist', () => {
    const dead = DOCUMENTS.flatMap((path) =>
      linksOf(read(path))
        .filter((link) => !leadsSomewhere(path, link))
        .map((link) => `${path} → ${link}`),
    );
    expect(dead).toEqual([]);
  });

  test('name only npm scripts that exist', () => {
    const unknown = DOCUMENTS.flatMap((path) =>
      [...read(path).matchAll(/npm run ([a-z:]+)/g)]
        .map((match) => match[1] ?? '')
        .filter((name) => !(name in manifest.scripts))
        .map((name) => `${path}: ${name}`),
    );
    expect(unknown).toEqual([]);
  });

  test('name only files that exist', () => {
    const missing = DOCUMENTS.flatMap((path) =>
      [
        ...read(path).matchAll(
          /`((?:src|tests|migrations|seeders|scripts|docs|bench|examples|\.ci|\.github)\/[\w./-]*|jest[\w.]*\.ts)`/g,
        ),
      ]
        .map((match) => match[1] ?? '')
        .filter((name) => !existsSync(join(ROOT, name)))
        .map((name) => `${path}: ${name}`),
    );
    expect(missing).toEqual([]);
  });

  test('show the recorded benchmark: otherwise run "npm run docs:bench"', () => {
    const { stderr } = spawnSync(process.execPath, [join(ROOT, 'bench/docs.mjs'), '--check'], {
      encoding: 'utf8',
    });
    expect(stderr).toBe('');
  });

  test('give a reason for every dependency, and for no other package', () => {
    // Package, version, date of release. The tables of overrides and of packages left out have other columns.
    const row = /^\| `([^`]+)` +\| (\d\S*) +\| \d{4}-\d\d-\d\d /gm;
    const [service = '', published = '', benchmark = '', nextjs = '', tools = ''] = read(
      'docs/dependencies.md',
    ).split(/^## (?:Of the published|In the benchmark|Of the example|Of CI).*$/m);
    const listedIn = (text: string) =>
      [...text.matchAll(row)].map(([, name, version]) => `${name}@${version}`).sort();
    const everyOf = (from: Partial<Manifest>) => ({
      ...from.dependencies,
      ...from.devDependencies,
    });
    const used = (from: Partial<Manifest>) =>
      Object.entries(everyOf(from))
        .map(([name, version]) => `${name}@${version}`)
        .sort();
    expect(listedIn(service)).toEqual(used(manifest));
    const server = JSON.parse(read('packages/server/package.json')) as Manifest;
    expect(listedIn(published).map((one) => one.replace(/@(?=[\d.]+$)/, '@^'))).toEqual(
      used(server),
    );
    const bench = JSON.parse(read('bench/package.json')) as Manifest;
    expect(listedIn(benchmark)).toEqual(used(bench));
    expect(listedIn(nextjs)).toEqual(used(example));
    expect(listedIn(tools)).toEqual(used(JSON.parse(read('.ci/tools/package.json')) as Manifest));
    const ours = everyOf(manifest);
    for (const [name, version] of Object.entries(bench.dependencies)) {
      expect(version).toBe(ours[name] ?? version);
    }
  });

  test('say every answer to a callback', async () => {
    const listed = [...read('docs/callbacks.md').matchAll(/^\| (\d{3}) +\|/gm)].map(
      ([, status]) => status,
    );
    const operations = Object.values((await describeApi()).paths).flatMap(Object.values<Operation>);
    const answers = operations
      .filter(({ tags }) => tags[0] === 'Callbacks')
      .flatMap(({ responses }) => Object.keys(responses));
    expect([...listed, '500'].sort()).toEqual([...new Set(answers)].sort());
  });

  test('describe the current version in the changelog', () => {
    expect(read('CHANGELOG.md')).toContain(`## [${manifest.version}]`);
  });

  test('number the decisions consecutively', () => {
    const records = readdirSync(join(ROOT, 'docs/adr')).filter((name) => /^\d{4}-/.test(name));
    const numbers = records.map((name) => Number(name.slice(0, 4))).sort((a, b) => a - b);
    expect(numbers).toEqual(numbers.map((_, index) => index + 1));
    for (const name of records) {
      const text = read(`docs/adr/${name}`);
      expect(text).toMatch(new RegExp(`^# ${name.slice(0, 4)} `));
      for (const part of ['## Context', '## Decision', '## Consequences']) {
        expect([name, text.includes(part)]).toEqual([name, true]);
      }
    }
  });
});

function linksOf(markdown: string): string[] {
  const prose = markdown.replaceAll(/```[\s\S]*?```/g, '');
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)]
    .map((match) => match[1] ?? '')
    .filter((link) => !/^[a-z]+:/.test(link));
}

function leadsSomewhere(from: string, link: string): boolean {
  const [file = '', heading] = link.split('#');
  const target = file === '' ? from : join(dirname(from), file);
  if (!existsSync(join(ROOT, target))) return false;
  return heading === undefined || anchorsOf(read(target)).includes(heading);
}

/** Heading anchors in GitHub's form. */
function anchorsOf(markdown: string): string[] {
  return [...markdown.matchAll(/^#+ (.+)$/gm)].map((match) =>
    (match[1] ?? '')
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}
