import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fingerprintOf, ROOT } from '../builder.mjs';
import { APPLICATION } from './keys.mjs';

const HOME = join(ROOT, 'examples', 'nextjs');
const INSTALLED = join(HOME, 'node_modules', '.installed-from');
const BUILT = join(HOME, '.next', '.built-from');
const NEXT = join(HOME, 'node_modules', 'next', 'dist', 'bin', 'next');
const MADE = /^(node_modules|\.next|public)(\/|$)|\.tsbuildinfo$|next-env\.d\.ts$|\.md$/;

const environment = (more) => ({ ...process.env, NEXT_TELEMETRY_DISABLED: '1', ...more });

/** Installs and builds the example if its packages or its build are out of date. */
export async function prepareNextjs(children) {
  mkdirSync(join(HOME, 'public'), { recursive: true });
  copyFileSync(join(ROOT, 'client', 'dist', 'element.js'), join(HOME, 'public', 'element.js'));
  const packages = fingerprintOf(['package.json', 'package-lock.json'], HOME);
  if (stampIn(INSTALLED) !== packages) {
    console.log('Installing the packages of examples/nextjs …');
    // The build needs the development packages, also if NODE_ENV is production.
    const args = ['ci', '--include=dev', '--no-audit', '--no-fund'];
    await children.run('npm', args, { cwd: HOME, env: environment({ NODE_ENV: '' }) });
    writeFileSync(INSTALLED, packages);
  }
  const sources = fingerprintOf(sourcesOf(HOME), HOME);
  if (stampIn(BUILT) === sources) return;
  console.log('Building examples/nextjs …');
  const env = environment({ NODE_ENV: 'production' });
  await children.run(process.execPath, [NEXT, 'build'], { cwd: HOME, env });
  writeFileSync(BUILT, sources);
}

/** Starts the app and resolves with its address. */
export function startNextjs(children, port, service, secretKey) {
  const env = environment({
    NODE_ENV: 'production',
    HOST: '127.0.0.1',
    PORT: String(port),
    PROOFLINE_URL: service,
    PROOFLINE_SECRET_KEY: secretKey,
    PROOF_AUDIENCE: APPLICATION,
    SIMULATOR_URL: service,
  });
  return children.serve('examples/nextjs', ['server.mjs'], { cwd: HOME, env });
}

function sourcesOf(home) {
  return readdirSync(home)
    .filter((name) => !MADE.test(name))
    .flatMap((name) => {
      if (!statSync(join(home, name)).isDirectory()) return [name];
      return readdirSync(join(home, name), { recursive: true }).map((path) => join(name, path));
    })
    .filter((path) => statSync(join(home, path)).isFile())
    .sort();
}

const stampIn = (path) => (existsSync(path) ? readFileSync(path, 'utf8') : undefined);
