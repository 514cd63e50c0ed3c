import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import ts from 'typescript';

const root = join(import.meta.dirname, '../..');

export interface SourceFile {
  /** Relative to the repository root, with forward slashes. */
  path: string;
  text: string;
  /** Imported source files, relative to the repository root. */
  files: string[];
  /** Imported packages and node built-ins. */
  packages: string[];
}

/** Every .ts and .tsx file below the folder. */
export function sourceFiles(folder: string): SourceFile[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.tsx?$/.test(path))
    .map((path) => `${folder}/${path.replaceAll('\\', '/')}`)
    .sort()
    .map(readSource);
}

function readSource(path: string): SourceFile {
  const text = readFileSync(join(root, path), 'utf8');
  const specifiers = ts.preProcessFile(text, true, true).importedFiles.map((file) => file.fileName);
  const isLocal = (specifier: string) => specifier.startsWith('.');
  return {
    path,
    text,
    files: specifiers.filter(isLocal).map((specifier) => {
      const target = relative(root, join(root, dirname(path), specifier));
      return normalize(target).replaceAll('\\', '/').replace(/\.js$/, '.ts');
    }),
    packages: specifiers.filter((specifier) => !isLocal(specifier)),
  };
}
