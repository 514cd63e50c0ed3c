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
 * Does the work of the package's install script, which npm 11 does not run. npm packages cannot
 * hold symbolic links, so `pg-symlinks.json` lists them.
 * @returns false when we may not change the directory.
 */
export function makeExecutable(native: string): boolean {
  if (process.platform === 'win32') return true;
  try {
    for (const { source, target } of listLinks(native)) {
      if (!existsSync(target)) createLink(relative(dirname(target), source), target);
    }
    for (const program of readdirSync(join(native, 'bin')).map((name) =>
      join(native, 'bin', name),
    )) {
      const { mode } = statSync(program);
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
 * Copies the installation atomically to a directory that every account may read.
 * @throws Error when another user owns the target.
 */
export function copyBinaries(native: string, copy: string): void {
  if (!existsSync(copy)) {
    const temporary = mkdtempSync(`${copy}.`);
    copyTree(native, temporary);
    makeExecutable(temporary);
    try {
      renameSync(temporary, copy);
    } catch (error) {
      rmSync(temporary, { recursive: true, force: true });
      if (!ALREADY_EXISTS.has((error as NodeJS.ErrnoException).code)) throw error;
    }
  }
  if (!isOwnedByProcess(lstatSync(copy)))
    throw new Error(`${copy} belongs to another user; remove it`);
}

function listLinks(native: string): { source: string; target: string }[] {
  const list = join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return [];
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[];
  const resolvePath = (path: string): string => join(native, relative('native', path));
  return links.map(({ source, target }) => ({
    source: resolvePath(source),
    target: resolvePath(target),
  }));
}

function createLink(source: string, target: string): void {
  try {
    symlinkSync(source, target);
  } catch (error) {
    // Another process of this checkout created the link first.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

function copyTree(from: string, to: string): void {
  // Under a strict umask the server's account could not read its own programs.
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

function isRuntimeFile(entry: Dirent): boolean {
  return !entry.name.endsWith('.a') && entry.name !== 'pkgconfig' && entry.name !== 'include';
}
