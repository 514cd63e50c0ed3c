/**
 * Packs the published packages, installs them into fresh projects and uses them there. Prints a line for each
 * check, beginning with "ok" or "FAILED".
 *
 * node .ci/published/check.mjs <empty directory> <directory of .ci/tools with its packages>
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { chromium } from 'playwright-core';

const ROOT = join(import.meta.dirname, '../..');
const [work, tools] = process.argv.slice(2);
if (!tools) throw new Error('Usage: node .ci/published/check.mjs <empty directory> <tools>');

const BINARIES = join(ROOT, 'node_modules/.bin');
const TOOLS = join(tools, 'node_modules/.bin');
const PAGE = `<!doctype html><title>App</title><link rel="icon" href="data:,"><div id="root"></div>
  <script>window.settings = {}</script><script type="module" src="/app.js"></script>`;
const NUMBER = { verificationId: 'v-1', phoneNumber: '+14155552671', channel: 'sms' };
const SENT = JSON.stringify({ ...NUMBER, attemptsRemaining: 5 });
const VERIFIED = JSON.stringify({ ...NUMBER, proof: 'a.b.c' });
/** A browser package is an ES module, and has no types for the resolution of Node 10. */
const FORMATS = { client: 'esm-only', react: 'esm-only', vue: 'esm-only', server: 'strict' };
const versions = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).devDependencies;
const pinned = (...names) => names.map((name) => `${name}@${versions[name]}`);

const packed = join(work, 'packed');
mkdirSync(packed);
await must('npm pack', ROOT, 'npm', 'pack', '--workspaces', '--pack-destination', packed);
const tarballs = Object.fromEntries(
  readdirSync(packed).map((file) => [/^proofline-([a-z]+)-/.exec(file)[1], join(packed, file)]),
);

for (const [name, format] of Object.entries(FORMATS)) {
  const tarball = tarballs[name];
  await check(
    `${name}: publint finds nothing`,
    work,
    join(TOOLS, 'publint'),
    'run',
    tarball,
    '--strict',
  );
  const types = [tarball, '--profile', format, '--no-emoji', '--no-color'];
  await check(`${name}: its types resolve everywhere`, work, join(TOOLS, 'attw'), ...types);
}

const types = pinned('@types/node', '@types/react', 'react', 'react-dom', 'vue');
const app = await project('app', ...Object.values(tarballs), ...types);
await check('server: works as ES module', app, 'node', 'use.mjs');
await check('server, client: work from CommonJS', app, 'node', 'use.cjs');
await check('all: their types are right', app, join(BINARIES, 'tsc'), '-p', '.');
await check('react: renders on a server with React 19', app, 'node', 'render.mjs', 'react');
await check('vue: renders on a server', app, 'node', 'render.mjs', 'vue');
const old = await project('react-18', tarballs.client, tarballs.react, 'react@18', 'react-dom@18');
await check('react: renders on a server with React 18', old, 'node', 'render.mjs', 'react');

const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: ['--no-sandbox'],
});
await checkPage('react: verifies in Chromium with React 19', app, 'react');
await checkPage('react: verifies in Chromium with React 18', old, 'react');
await checkPage('vue: verifies in Chromium', app, 'vue');
await browser.close();

/** Installs packages into a new project with the files of project/. */
async function project(name, ...packages) {
  const home = join(work, name);
  cpSync(join(import.meta.dirname, 'project'), home, { recursive: true });
  writeFileSync(join(home, 'package.json'), '{ "private": true, "type": "module" }');
  await must(`npm i in ${name}`, home, 'npm', 'i', '--no-audit', '--no-fund', ...packages);
  return home;
}

/** Bundles the page of the browser tests with the installed packages, and verifies a number on it. */
async function checkPage(what, home, name) {
  const entry = join(home, `page-${name}.js`);
  cpSync(join(ROOT, `tests/browser/support/wrappers/${name}.js`), entry);
  const options = ['--bundle', '--format=esm', '--define:process.env.NODE_ENV="production"'];
  const bundle = await run(home, join(BINARIES, 'esbuild'), entry, ...options, '--log-level=error');
  const answers = { '/app.js': bundle.output, '/request-otp': SENT, '/verify-otp': VERIFIED };
  const site = createServer((req, res) => {
    const isScript = req.url === '/app.js';
    const type = isScript
      ? 'text/javascript'
      : req.url in answers
        ? 'application/json'
        : 'text/html';
    res.writeHead(200, { 'Content-Type': `${type}; charset=utf-8` }).end(answers[req.url] ?? PAGE);
  }).listen(0, '127.0.0.1');
  await once(site, 'listening');
  const page = await browser.newPage();
  page.setDefaultTimeout(10_000);
  try {
    await page.goto(`http://127.0.0.1:${site.address().port}/`);
    await page.locator('#number').fill('+14155552671');
    await page.keyboard.press('Enter');
    await page.locator('#code').fill('1234');
    await page.keyboard.press('Enter');
    await page.locator('#done').waitFor();
    const heard = await page.evaluate('window.heard.at(-1)');
    report(
      what,
      heard?.name === 'verified' && heard.detail.proof === 'a.b.c',
      JSON.stringify(heard),
    );
  } catch (error) {
    report(what, false, error.message);
  }
  await page.close();
  site.close();
}

async function check(what, cwd, command, ...args) {
  const { status, output } = await run(cwd, command, ...args);
  report(what, status === 0, output);
}

/** Ends the run when a step fails that the others need. */
async function must(what, cwd, command, ...args) {
  const { status, output } = await run(cwd, command, ...args);
  if (status === 0) return;
  report(what, false, output);
  process.exit(1);
}

async function run(cwd, command, ...args) {
  const child = spawn(command, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  const closed = once(child, 'close');
  const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const [status] = await closed;
  return { status, output: status === 0 ? output : `${output}${errors}` };
}

function report(what, isRight, output) {
  if (!isRight) process.exitCode = 1;
  console.log(isRight ? `ok ${what}` : `${output}\nFAILED ${what}`);
}
