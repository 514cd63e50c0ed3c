import { spawnSync } from 'node:child_process';
import {
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
import { join } from 'node:path';
import { fingerprintOf, ROOT } from './builder.mjs';

const CLIENT = join(ROOT, 'client');
const TARGET = join(CLIENT, 'dist');
const COMPILER = join(ROOT, 'node_modules', 'typescript', 'lib', 'tsc.js');
const BUNDLER = join(ROOT, 'node_modules', 'esbuild', 'package.json');
const STAMP = '.built-from';

/**
 * Bundles `client/dist/` if it is out of date. It replaces each file at once, so concurrent builds are safe,
 * and does nothing without sources or a bundler, as in the image.
 */
export async function buildClientIfNeeded() {
  if (!existsSync(join(CLIENT, 'src')) || !existsSync(BUNDLER)) return;
  const from = fingerprint();
  const stamp = join(TARGET, STAMP);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === from) return;
  const { buildSync } = await import('esbuild');
  // The asynchronous form leaves a helper process running.
  const { outputFiles } = buildSync({
    absWorkingDir: ROOT,
    entryPoints: { proofline: 'client/src/index.ts', element: 'client/element/index.ts' },
    outdir: TARGET,
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    charset: 'utf8',
    loader: { '.css': 'text' },
    legalComments: 'none',
    write: false,
  });
  mkdirSync(TARGET, { recursive: true });
  const work = mkdtempSync(join(TARGET, '.building-'));
  try {
    for (const { path, contents } of outputFiles) replace(work, path, contents);
    replace(work, stamp, from);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Writes `client/dist/types/`. On an error it prints the compiler's messages and exits with 1. */
export function buildClientTypes() {
  const command = [COMPILER, '-p', join(CLIENT, 'tsconfig.build.json')];
  const { status } = spawnSync(process.execPath, command, { cwd: ROOT, stdio: 'inherit' });
  if (status !== 0) process.exit(1);
}

function replace(work, path, contents) {
  const unfinished = join(work, 'file');
  writeFileSync(unfinished, contents);
  renameSync(unfinished, path);
}

/** Covers the sources, the bundler and the bundled package. */
function fingerprint() {
  const sources = ['src', 'element'].flatMap((folder) =>
    readdirSync(join(CLIENT, folder), { recursive: true })
      .map((name) => join('client', folder, name))
      .filter((path) => statSync(join(ROOT, path)).isFile())
      .sort(),
  );
  const tools = ['esbuild', 'libphonenumber-js'].map((name) => `node_modules/${name}/package.json`);
  return fingerprintOf([...sources, ...tools, 'scripts/client.mjs']);
}
