import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { COMMANDS } from '../../src/cli/commands.js';
import { ENV_SCHEMA } from '../../src/config/env.js';
import { PATHS, read, ROOT } from './support/pages.js';

const DOCUMENTS = PATHS.filter((path) => path !== 'CHANGELOG.md').map((path) => ({
  path,
  text: read(path),
}));

const CODE = ['src', 'tests', 'bench', 'scripts', 'client', 'examples/nextjs/lib', '.ci'];
const OTHERS = ['.env.example', 'Dockerfile', 'examples/nextjs/server.mjs'];
const filesBelow = (folder: string) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(ts|mjs|cjs|sh)$/.test(name) && !/node_modules|dist\//.test(name))
    .map((name) => `${folder}/${name}`);

/** The benchmark is plain JavaScript, so its type is declared here. */
interface Options {
  readOptions: (args: string[]) => unknown;
}

/** Every match of a pattern in a document, with its place. */
const found = (pattern: RegExp) =>
  DOCUMENTS.flatMap(({ path, text }) =>
    [...text.matchAll(pattern)].map(([, match = '']) => ({ path, match })),
  );

describe('the words in code of the documents', () => {
  test('name commands of the command line that exist', () => {
    const named = found(
      /(?:npm run cli -- |dist\/cli\/main\.js |npx proofline )([a-z]+(?: [a-z]+)?)/g,
    );
    expect(named.length).toBeGreaterThan(3);
    const isCommand = ({ match }: { match: string }) =>
      [match, match.split(' ')[0]!].some((name) => name === 'help' || COMMANDS.has(name));
    expect(named.filter((name) => !isCommand(name))).toEqual([]);
  });

  test('name options of the benchmark that exist', async () => {
    const { readOptions } = (await import(join(ROOT, 'bench/lib/options.mjs'))) as Options;
    const lines = found(/npm run bench -- ([^`#\n]+)/g);
    expect(lines.length).toBeGreaterThan(8);
    for (const { match } of lines) readOptions(match.trim().split(' '));
  });

  test('name variables and constants that exist', () => {
    const code = [...CODE.flatMap(filesBelow), ...OTHERS].map(read).join('\n');
    const names = found(/`[^`\n]*?\b([A-Z][A-Z0-9]+(?:_[A-Z0-9]+)+)\b[^`\n]*`/g);
    expect(names.filter(({ match }) => !code.includes(match))).toEqual([]);
  });

  test('give variables values that they take', () => {
    const settings = found(/`([A-Z][A-Z_]+=[^`\s…<]+)`/g).map(({ match }) => match.split('='));
    const wrong = settings.filter(([name = '', value = '']) => {
      const schema = Object.entries(ENV_SCHEMA.shape).find(([known]) => known === name)?.[1];
      // Acme is the invented provider of docs/adding-a-provider.md.
      return !value.startsWith('acme') && schema?.safeParse(value).success === false;
    });
    expect(settings.length).toBeGreaterThan(10);
    expect(wrong).toEqual([]);
  });

  test('keep a path prefix of the service', () => {
    expect(found(/(new URL\(['"]\/[^)]*\))/g)).toEqual([]);
  });

  test('make secrets with commands that work', () => {
    const commands = new Set(found(/`(openssl [^`]+)`/g).map(({ match }) => match));
    expect(commands.size).toBeGreaterThan(1);
    for (const command of commands) {
      const [program = '', ...args] = command.split(' ');
      expect(execFileSync(program, args, { encoding: 'utf8' })).not.toBe('');
    }
  });
});
