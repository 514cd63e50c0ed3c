import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { COMMANDS } from '../../src/cli/commands.js';
import { isRunHere, runPage } from './support/page-run.js';
import { parsePage, PATHS, read, readPage, ROOT } from './support/pages.js';
import { planStatement } from './support/statements.js';
import { World } from './support/world.js';

/** Most blocks that nothing may run: eight long benchmarks, an installation, an invented provider. */
const MAX_NOT_RUN = 10;
/** The quick starts: their packages come from registries, and two of them are in other languages. */
const NONE_RUN = 'docs/quick-starts/';

const PAGES = PATHS.map(readPage).filter(({ blocks }) => blocks.length > 0);
const PAGES_TEXT = PATHS.filter((path) => path !== 'CHANGELOG.md').map(read);
const BLOCKS = PAGES.flatMap(({ blocks }) => blocks);

/** A command of the command line with its operand; `show <id>` is a form to fill in. */
function isComplete(command: string): boolean {
  const [name = '', operand] = command.split(' ');
  const usage = COMMANDS.get(name)?.usage;
  return usage !== undefined && operand !== '<id>' && usage.startsWith('<') === !!operand;
}

let world: World;

beforeAll(async () => {
  world = await World.start();
}, 120_000);

afterAll(() => world.stop(), 60_000);

describe('the documents', () => {
  test.each(PAGES.filter(({ blocks }) => blocks.some(isRunHere)))(
    'work as they say: $path',
    (page) => runPage(page, world),
    120_000,
  );

  test('work as they say: the recipes of docs/operations.md', async () => {
    const recipes = read('docs/operations.md').split('## Recipes')[1]?.split('\n### ')[0] ?? '';
    const commands = [...recipes.matchAll(/`([a-z]+[^`]*)`/g)]
      .map(([, command = '']) => command)
      .filter(isComplete);
    expect(commands.length).toBeGreaterThan(6);
    const lines = commands.map((command) => `node dist/cli/main.js ${command}`);
    const page = parsePage('docs/operations.md', `\`\`\`sh\n${lines.join('\n')}\n\`\`\``);
    await runPage(page, world);
  }, 60_000);

  test('work as they say: statements within a sentence', async () => {
    const statements = PAGES_TEXT.flatMap((text) => [
      ...text.matchAll(/`((?:SELECT|ALTER ROLE) [^`…]+)`/g),
    ]).map(([, statement = '']) => statement);
    expect(statements.length).toBeGreaterThan(3);
    for (const statement of statements) await planStatement(statement, world.databaseUrl);
  });

  test('name requests that the service takes', async () => {
    const requests = await world.requests();
    const unknown = PAGES_TEXT.flatMap((text) => [
      ...text.matchAll(/`((?:GET|POST|PUT|DELETE) \/(?!simulator|oauth2|metrics)[^\s`?…]+)[\s`?]/g),
    ])
      .map(([, request = '']) => request)
      .filter((request) => !request.endsWith('/*'))
      .filter((request) => !requests.has(request.replaceAll(/\{\w+\}/g, '{}')));
    expect(unknown).toEqual([]);
  });

  test('name the file that runs a block, and the file runs it', () => {
    const idle = BLOCKS.flatMap(({ place, text, runBy }) => {
      if (runBy === undefined) return [];
      if (!existsSync(join(ROOT, runBy))) return [`${place}: ${runBy} is not there`];
      const script = read(runBy);
      const page = place.replace(/^.*\/|:\d+$/g, '');
      const commands = text.match(/npm (ci|test|start|run \S+)/g) ?? [page];
      return script.includes(page) || commands.every((command) => script.includes(command))
        ? []
        : [`${place}: ${runBy} has neither "${page}" nor ${commands.join(', ')}`];
    });
    expect(idle).toEqual([]);
  });

  test('have few blocks that nothing runs', () => {
    const idle = PAGES.filter(({ noneRun }) => noneRun !== undefined).map(({ path }) => path);
    expect(idle.filter((path) => !path.startsWith(NONE_RUN))).toEqual([]);
    const notRun = PAGES.filter(({ path }) => !idle.includes(path))
      .flatMap(({ blocks }) => blocks)
      .filter((block) => block.notRun !== undefined);
    expect(notRun.slice(MAX_NOT_RUN).map(({ place }) => place)).toEqual([]);
  });
});

describe('a document fails', () => {
  const block = (language: string, text: string) => `\`\`\`${language}\n${text}\n\`\`\`\n`;
  const sends = block(
    'sh',
    `curl -s http://127.0.0.1:3000/request-otp -H 'Content-Type: application/json' -d '{"phoneNumber":"+14155552671"}'`,
  );
  const page = (script: string) =>
    block(
      'html',
      `<script type="module" src="${script}"></script>
      <proofline-verify base-url="http://127.0.0.1:3000"></proofline-verify>
      <script type="module">
        addEventListener('proofline-verified', ({ detail: { proof } }) =>
          fetch('/login', { method: 'POST', body: JSON.stringify({ proof }) }));
      </script>`,
    );

  test.each([
    ['when a command fails', block('sh', 'curl -s http://127.0.0.1:3000/nowhere'), /exit code 22/],
    ['when a command does not exist', block('sh', 'prooflin --help'), /exit code 127/],
    [
      'when an answer has another field',
      sends + block('json', '{ "id": "1" }'),
      /answer.id: is not there/,
    ],
    [
      'when a command succeeds where it shows a refusal',
      sends + block('json', '{ "type": "urn:proofline:problem:cooldown" }'),
      /succeeded/,
    ],
    [
      'when a command prints something else',
      `${block('sh', 'echo one')}${block('text', 'two')}`,
      /two/,
    ],
    ['when a program throws', block('js', 'throw new Error("broken");'), /broken/],
    [
      'when a program has a wrong call',
      block('js', "import { jwtVerify } from 'jose';\nexport const check = () => jwtVerify();"),
      /Expected/,
    ],
    ['when its page has no element', page('/assets/element.js'), /404 for/],
    ['when its page sends no content type', page('/element.js'), /415 for/],
    [
      'when it has a wrong setting',
      block('ini', 'VERIFICATION_PROVIDERS=sinch'),
      /VERIFICATION_PROVIDERS/,
    ],
    [
      'when it has a column that is not there',
      block('sql', 'SELECT code FROM verifications'),
      /column "code"/,
    ],
    ['when its YAML does not parse', block('yaml', 'groups: [1'), /\(1:/],
    [
      'when it names a metric that is not there',
      block('yaml', 'expr: proofline_sent_total > 0'),
      /no such metric/,
    ],
    [
      'when nothing knows its language',
      block('cobol', 'DISPLAY "HELLO"'),
      /nothing runs this language/,
    ],
  ])(
    '%s',
    async (_, markdown, reason) => {
      const wrong = parsePage('docs/wrong.md', markdown);
      await expect(runPage(wrong, world)).rejects.toThrow(reason);
    },
    60_000,
  );
});
