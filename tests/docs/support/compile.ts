import { join } from 'node:path';
import ts from 'typescript';
import { ROOT } from './pages.js';

/** As strict as a reader's own JavaScript can be without annotations. */
const OPTIONS: ts.CompilerOptions = {
  allowJs: true,
  checkJs: true,
  strict: true,
  noImplicitAny: false,
  useUnknownInCatchVariables: false,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  target: ts.ScriptTarget.ES2022,
  lib: ['lib.es2022.d.ts', 'lib.dom.d.ts'],
  paths: { '@proofline/client': [join(ROOT, 'client/src/index.ts')] },
  typeRoots: [join(ROOT, 'node_modules/@types')],
  types: ['node'],
  skipLibCheck: true,
  noEmit: true,
};

/** Its files of the libraries are read once. */
let previous: ts.Program | undefined;

/** What the compiler says about these programs. */
export function compilerErrors(paths: string[]): string[] {
  const program = ts.createProgram(paths, OPTIONS, undefined, previous);
  previous = program;
  return paths
    .map((path) => program.getSourceFile(path))
    .flatMap((file) => [
      ...program.getSyntacticDiagnostics(file),
      ...program.getSemanticDiagnostics(file),
    ])
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
}
