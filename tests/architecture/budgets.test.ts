import { sourceFiles } from './source-tree.js';

const lines = (text: string) => text.split('\n').length;
const GENERATED = 'packages/server/src/api-types.ts';
const source = [
  ...sourceFiles('src'),
  ...sourceFiles('client/src'),
  ...sourceFiles('client/element'),
  ...['react', 'vue', 'server'].flatMap((name) => sourceFiles(`packages/${name}/src`)),
].filter(({ path }) => path !== GENERATED);
/** The source of the example, without its packages and its build. */
const examples = ['actions', 'app', 'components', 'lib'].flatMap((folder) =>
  sourceFiles(`examples/nextjs/${folder}`),
);
const tests = sourceFiles('tests');

test('files have at most 300 lines, and half of them fewer than 90', () => {
  const long = [...source, ...examples, ...tests]
    .filter((file) => lines(file.text) > 301)
    .map((file) => file.path);
  expect(long).toEqual([]);
  const sorted = source.map((file) => lines(file.text)).sort((a, b) => a - b);
  expect(sorted[Math.floor(sorted.length / 2)]).toBeLessThan(90);
});

test('no literal is spread: list its elements instead', () => {
  const offenders = sourceFiles('src').flatMap(({ path, text }) =>
    [...text.matchAll(/\.\.\.\s*(\(\s*)?[[{]/g)].map(
      (match) => `${path}:${lines(text.slice(0, match.index))}`,
    ),
  );
  expect(offenders).toEqual([]);
});

test('no module is mocked and no test is left out', () => {
  // Built from parts, so that this file does not match.
  const words = new RegExp(
    ['jest\\.(mock|unstable_mockModule|doMock)', '\\.only\\(', '\\b[xf](it|describe|test)\\('].join(
      '|',
    ),
  );
  const offenders = tests.filter(
    (file) => words.test(file.text) && !file.path.endsWith('budgets.test.ts'),
  );
  expect(offenders.map((file) => file.path)).toEqual([]);
});

test('nothing is left to do', () => {
  const words = new RegExp(
    `\\b(${['TO' + 'DO', 'FIX' + 'ME', 'X' + 'XX', 'HA' + 'CK'].join('|')})\\b`,
  );
  const offenders = [...source, ...examples, ...tests].filter((file) => words.test(file.text));
  expect(offenders.map((file) => file.path)).toEqual([]);
});

test('any is not a type here', () => {
  const offenders = [...source, ...examples, ...tests].filter((file) =>
    /(:|<|as)\s*any\b(?!\s*[a-z])/.test(file.text),
  );
  expect(offenders.map((file) => file.path)).toEqual([]);
});
