import { rmSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { fail, ROOT } from './builder.mjs';
import { buildClientIfNeeded, buildClientTypes } from './client.mjs';

/**
 * Builds a package for `npm pack` and `npm publish`, which run this first.
 *
 * node scripts/packages.mjs client|react|vue|server
 */
const FORMATS = { react: ['esm'], vue: ['esm'], server: ['esm', 'cjs'] };
const EXTENSIONS = { esm: 'js', cjs: 'cjs' };
const TYPES = { esm: 'd.ts', cjs: 'd.cts' };

const name = process.argv[2];
await buildClientIfNeeded();
// The wrappers name its types.
if (name !== 'server') buildClientTypes();
if (name !== 'client') await buildPackage(name, FORMATS[name] ?? fail(`No package ${name}`));

async function buildPackage(folder, formats) {
  const home = join(ROOT, 'packages', folder);
  rmSync(join(home, 'dist'), { recursive: true, force: true });
  const { buildSync } = await import('esbuild');
  for (const format of formats)
    buildSync({
      absWorkingDir: home,
      entryPoints: ['src/index.ts'],
      outfile: `dist/index.${EXTENSIONS[format]}`,
      bundle: true,
      // The paths of packages/tsconfig.json lead to the sources of the client.
      tsconfigRaw: {},
      packages: 'external',
      format,
      target: 'es2022',
      charset: 'utf8',
    });
  for (const format of formats) emitTypes(home, format);
}

/** Writes one declaration for each source. Those of CommonJS name each other as `.cjs`. */
function emitTypes(home, format) {
  const file = join(ROOT, 'packages', 'tsconfig.json');
  const { options } = ts.getParsedCommandLineOfConfigFile(file, {}, ts.sys);
  const program = ts.createProgram([join(home, 'src', 'index.ts')], {
    ...options,
    noEmit: false,
    declaration: true,
    emitDeclarationOnly: true,
    rootDir: join(home, 'src'),
    outDir: join(home, 'dist'),
    // As a user of the package resolves it.
    paths: {},
  });
  const write = (path, text) =>
    ts.sys.writeFile(
      path.replace(/d\.ts$/, TYPES[format]),
      format === 'cjs' ? text.replaceAll(/(from '\..*)\.js'/g, "$1.cjs'") : text,
    );
  const { diagnostics } = program.emit(undefined, write);
  const errors = [...ts.getPreEmitDiagnostics(program), ...diagnostics];
  if (errors.length > 0) fail(ts.formatDiagnostics(errors, ts.createCompilerHost(options)));
}
