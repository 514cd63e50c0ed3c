import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';

/**
 * Strips the types of every file in a directory. `isolatedModules` guarantees the same output as tsc, and
 * compiling file by file takes a fraction of its time.
 *
 * node scripts/transpile.mjs <source> <target> <tsconfig.json>
 */
const [source, target, configFile] = process.argv.slice(2);

const { config } = ts.readConfigFile(configFile, ts.sys.readFile);
const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, dirname(configFile));
const compilerOptions = {
  ...options,
  noEmit: false,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
};

for (const name of readdirSync(source, { recursive: true }).filter((path) =>
  path.endsWith('.ts'),
)) {
  const fileName = join(source, name);
  const { outputText, diagnostics } = ts.transpileModule(readFileSync(fileName, 'utf8'), {
    compilerOptions,
    fileName,
    reportDiagnostics: true,
  });
  if (diagnostics.length > 0) {
    console.error(
      ts.formatDiagnostics(diagnostics, {
        ...ts.sys,
        getCanonicalFileName: String,
        getNewLine: () => '\n',
      }),
    );
    process.exit(1);
  }
  const output = join(target, name.replace(/\.ts$/, '.js'));
  mkdirSync(dirname(output), { recursive: true });
  writeFileSync(output, outputText);
}
