import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Root of the checkout. */
export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

const SOURCE = join(ROOT, 'src');
const DIST = join(ROOT, 'dist');
const COMPILER = join(ROOT, 'node_modules', 'typescript', 'lib', 'tsc.js');
/** On the same file system as `dist/`, so that a rename is atomic, and ignored by git. */
const WORK = join(ROOT, '.data');
const PREFIX = 'build-';
const LEFT_BEHIND_AFTER_MS = 600_000;
const STAMP = '.built-from';

// An image has no src/.
createRequire(import.meta.url)(join(existsSync(SOURCE) ? SOURCE : DIST, 'config/node-version.cjs'));

/**
 * Builds `dist/` if it is missing or out of date. In production, or without a compiler, an existing one stays.
 */
export function buildIfNeeded() {
  if (existsSync(join(DIST, 'server.js'))) {
    const canBuild = existsSync(SOURCE) && existsSync(COMPILER);
    if (process.env.NODE_ENV === 'production' || !canBuild) return;
    if (stampOf(DIST) === fingerprint()) return;
  }
  // Checking types takes longer than the build. `npm run check` and `npm run build` do it.
  build({ checkTypes: false });
}

/**
 * Compiles `src/` and replaces `dist/` at once, so concurrent builds do not see each other's files. On an
 * error it prints the compiler's messages and exits with 1.
 */
export function build({ checkTypes }) {
  if (!existsSync(COMPILER) || !existsSync(SOURCE))
    fail('Cannot build dist/ without src/ and the compiler: run "npm ci" and "npm run build"');
  const from = fingerprint();
  mkdirSync(WORK, { recursive: true });
  removeLeftovers();
  const unfinished = mkdtempSync(join(WORK, PREFIX));
  try {
    compile(unfinished, checkTypes);
    copyAssets(SOURCE, unfinished);
    writeFileSync(join(unfinished, STAMP), from);
    // mkdtemp creates a private directory, but an image may run as another user.
    chmodSync(unfinished, 0o755);
    replaceDist(unfinished, from);
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
}

/** Prints the message and exits with 1. */
export function fail(message) {
  console.error(message);
  process.exit(1);
}

function compile(target, checkTypes) {
  const command = checkTypes
    ? [COMPILER, '-p', join(ROOT, 'tsconfig.build.json'), '--outDir', target]
    : [join(ROOT, 'scripts', 'transpile.mjs'), SOURCE, target, join(ROOT, 'tsconfig.json')];
  const { status, error } = spawnSync(process.execPath, command, { cwd: ROOT, stdio: 'inherit' });
  if (status === 0) return;
  rmSync(target, { recursive: true, force: true });
  fail(`The build failed${error ? `: ${error.message}` : ''}`);
}

/** Copies pages, styles and CommonJS: everything that is not TypeScript. */
function copyAssets(from, to) {
  for (const path of filesBelow(from).filter((name) => !name.endsWith('.ts'))) {
    mkdirSync(dirname(join(to, path)), { recursive: true });
    copyFileSync(join(from, path), join(to, path));
  }
}

function replaceDist(built, from) {
  const old = `${built}-old`;
  for (;;) {
    if (existsSync(DIST)) moveIfThere(DIST, old);
    try {
      renameSync(built, DIST);
      break;
    } catch (error) {
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
      // A concurrent build of the same sources has replaced it.
      if (stampOf(DIST) === from) break;
    }
  }
  rmSync(old, { recursive: true, force: true });
}

function moveIfThere(from, to) {
  try {
    rmSync(to, { recursive: true, force: true });
    renameSync(from, to);
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
}

/** Removes the directories of killed builds. */
function removeLeftovers() {
  for (const name of readdirSync(WORK).filter((entry) => entry.startsWith(PREFIX))) {
    const age = Date.now() - (statSync(join(WORK, name), { throwIfNoEntry: false })?.mtimeMs ?? 0);
    if (age > LEFT_BEHIND_AFTER_MS) rmSync(join(WORK, name), { recursive: true, force: true });
  }
}

function fingerprint() {
  const settings = ['tsconfig.json', 'tsconfig.build.json', 'node_modules/typescript/package.json'];
  return fingerprintOf([...filesBelow(SOURCE).map((name) => join('src', name)), ...settings]);
}

/** Hashes names and contents. Modification times change with every checkout. */
export function fingerprintOf(paths, directory = ROOT) {
  const hash = createHash('sha256');
  for (const path of paths) {
    hash
      .update(`${path}\0`)
      .update(readFileSync(join(directory, path)))
      .update('\0');
  }
  return hash.digest('hex');
}

function filesBelow(directory) {
  return readdirSync(directory, { recursive: true })
    .filter((name) => statSync(join(directory, name)).isFile())
    .sort();
}

function stampOf(directory) {
  const path = join(directory, STAMP);
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}
