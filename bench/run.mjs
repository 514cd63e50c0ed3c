/** `npm run bench`: installs and builds what is missing and measures. See docs/performance.md. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { buildIfNeeded, fail } from '../scripts/builder.mjs';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const INSTALLED = `${HERE}/node_modules/.package-lock.json`;

function installIfNeeded() {
  const { packages } = JSON.parse(readFileSync(`${HERE}/package-lock.json`, 'utf8'));
  const wanted = Object.entries(packages).filter(([path]) => path !== '');
  const installed = existsSync(INSTALLED)
    ? JSON.parse(readFileSync(INSTALLED, 'utf8')).packages
    : {};
  if (
    wanted.every(
      ([path, { version, optional }]) => optional || installed[path]?.version === version,
    )
  )
    return;
  const { status } = spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
    cwd: HERE,
    stdio: 'inherit',
  });
  if (status !== 0) fail('npm ci failed in bench/');
}

installIfNeeded();
buildIfNeeded();
const { main } = await import('./main.mjs');
try {
  await main(process.argv.slice(2));
} catch (error) {
  fail(error.stack);
}
