import {
  chmodSync,
  constants,
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  type Dirent,
} from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { isOwnedByProcess } from './owned-directory.js';

const EXECUTABLE_BY_ALL = 0o555;
const ALREADY_EXISTS: ReadonlySet<unknown> = new Set(['EEXIST', 'ENOTEMPTY']);

/**
 * Does what the install script of the binaries would have done; npm 11 does not run it. Packages hold no symbolic
 * links, so those of the libraries are listed in a file.
 * @returns false when the directory is not ours to change.
 */
export function makeExecutable(native: string): boolean {
  if (process.platform === 'win32') return true;
  try {
    for (const { source, target } of listedLinks(native)) {
      if (!existsSync(target)) makeLink(relative(dirname(target), source), target);
    }
    for (const program of readdirSync(join(native, 'bin')).map((name) =>
      join(native, 'bin', name),
    )) {
      const { mode } = statSync(program);
      // An unnecessary chmod would fail on a read-only file system.
      if ((mode & 0o100) === 0) chmodSync(program, mode | EXECUTABLE_BY_ALL);
    }
    return true;
  } catch (error) {
    if (['EACCES', 'EPERM', 'EROFS'].includes((error as NodeJS.ErrnoException).code ?? ''))
      return false;
    throw error;
  }
}

/**
 * Copies the installation to a place that everybody may read, complete or not at all.
 * @throws Error when somebody else's directory is there.
 */
export function copyBinaries(native: string, copy: string): void {
  if (!existsSync(copy)) {
    const unfinished = mkdtempSync(`${copy}.`);
    copyTree(native, unfinished);
    makeExecutable(unfinished);
    try {
      renameSync(unfinished, copy);
    } catch (error) {
      rmSync(unfinished, { recursive: true, force: true });
      if (!ALREADY_EXISTS.has((error as NodeJS.ErrnoException).code)) throw error;
    }
  }
  if (!isOwnedByProcess(lstatSync(copy)))
    throw new Error(`${copy} belongs to somebody else; remove it`);
}

function listedLinks(native: string): { source: string; target: string }[] {
  const list = join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return [];
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[];
  const place = (path: string): string => join(native, relative('native', path));
  return links.map(({ source, target }) => ({ source: place(source), target: place(target) }));
}

function makeLink(source: string, target: string): void {
  try {
    symlinkSync(source, target);
  } catch (error) {
    // Another process of this checkout was faster.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

function copyTree(from: string, to: string): void {
  // Modes are set explicitly: the umask of a careful root would lock the server out of its own programs.
  mkdirSync(to, { recursive: true });
  chmodSync(to, 0o755);
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    if (isRuntimeFile(entry)) copyEntry(entry, join(from, entry.name), join(to, entry.name));
  }
}

function copyEntry(entry: Dirent, from: string, to: string): void {
  if (entry.isDirectory()) {
    copyTree(from, to);
    return;
  }
  if (entry.isSymbolicLink()) {
    symlinkSync(readlinkSync(from), to);
    return;
  }
  copyFileSync(from, to, constants.COPYFILE_FICLONE);
  chmodSync(to, (statSync(from).mode & 0o100) === 0 ? 0o644 : 0o755);
}

/** Static libraries and build files are a good part of the package and of no use at run time. */
function isRuntimeFile(entry: Dirent): boolean {
  return !entry.name.endsWith('.a') && entry.name !== 'pkgconfig' && entry.name !== 'include';
}
