/**
 * Carries out the Dockerfile's COPY and RUN steps in plain directories, with the Node of this machine as the
 * base image. Prints the directory of the last stage.
 *
 * node .ci/lib/image.mjs <directory for the stages>
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');
const WORKDIR = '/app';
const target = process.argv[2];
if (!target) throw new Error('Usage: node .ci/lib/image.mjs <directory for the stages>');

const STEPS = {
  FROM: (words) => enter(words[words.length - 1]),
  WORKDIR: ([path]) => expect(path === WORKDIR, `WORKDIR ${path}`),
  COPY: copy,
  RUN: run,
  // Settings of the running container: no step of the build.
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

/** One instruction per line, without comments. */
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
    // Docker copies a file into the destination, and of a directory only its contents.
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
  if (!condition) throw new Error(`This step failed: ${what}`);
}
