/**
 * Carries out the steps of the Dockerfile in plain directories, where no container engine is at hand: COPY, RUN and the
 * order of the stages, with this machine's Node in place of the base image. Prints the directory of the last stage.
 *
 * node .ci/image.mjs <directory for the stages>
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

const ROOT = dirname(import.meta.dirname);
const WORKDIR = '/app';
const target = process.argv[2];
if (!target) throw new Error('Usage: node .ci/image.mjs <directory for the stages>');

const STEPS = {
  FROM: (words) => enter(words[words.length - 1]),
  WORKDIR: ([path]) => expect(path === WORKDIR, `WORKDIR ${path}`),
  COPY: copy,
  RUN: run,
  // What the running container is told; nothing to do here.
  ENV: () => undefined,
  USER: () => undefined,
  EXPOSE: () => undefined,
  HEALTHCHECK: () => undefined,
  CMD: () => undefined,
};

let stage;
for (const line of instructions()) {
  const [name, ...words] = line.split(/\s+/);
  expect(name in STEPS, name);
  STEPS[name](words);
}
console.log(stage);

/** Lines without comments, continued ones joined. */
function instructions() {
  return readFileSync(join(ROOT, 'Dockerfile'), 'utf8')
    .replace(/^#.*\n/gm, '')
    .replace(/\\\n\s*/g, ' ')
    .split('\n')
    .filter(Boolean);
}

function enter(name) {
  stage = join(target, name);
  mkdirSync(stage, { recursive: true });
}

function copy(words) {
  const from = words[0].startsWith('--from=') ? words.shift().slice('--from='.length) : undefined;
  const destination = words.pop();
  for (const source of words) {
    const path = from ? join(target, from, source.slice(WORKDIR.length)) : join(ROOT, source);
    // As Docker does it: a file goes into a directory, of a directory the contents go.
    const isFile = statSync(path).isFile();
    const to = join(stage, destination, isFile ? basename(path) : '');
    cpSync(path, to, { recursive: true, verbatimSymlinks: true });
  }
}

function run(words) {
  const { status } = spawnSync(words.join(' '), {
    cwd: stage,
    shell: true,
    stdio: ['ignore', 2, 2],
  });
  expect(status === 0, `RUN ${words.join(' ')}`);
}

function expect(condition, what) {
  if (!condition) throw new Error(`This step cannot be carried out: ${what}`);
}
