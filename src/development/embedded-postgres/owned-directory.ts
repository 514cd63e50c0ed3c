import { createHash } from 'node:crypto';
import { chmodSync, lstatSync, mkdirSync, statSync, type Stats } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { canAccess, type Account } from './account.js';

const STICKY = 0o1000;
const WRITABLE_BY_OTHERS = 0o022;

/**
 * A directory outside the checkout, for a checkout that the server's account cannot enter. Created
 * when missing; the same `purpose` and `path` give the same name.
 * @throws Error when another user created it first: its content could be hostile.
 */
export function ownedDirectory(purpose: string, path: string, account: Account): string {
  const parent = ['/var/tmp', tmpdir(), '/tmp'].find((candidate) =>
    isTrustedParent(candidate, account),
  );
  if (parent === undefined) {
    throw new Error(
      'Postgres cannot run as root, and other accounts cannot use a temporary directory; set DATABASE_URL',
    );
  }
  const hash = createHash('sha256').update(path).digest('hex').slice(0, 16);
  const directory = join(parent, `${prefix(purpose)}${hash}`);
  createOwned(directory);
  return directory;
}

export function isOwnedDirectoryName(purpose: string, path: string): boolean {
  return basename(path).startsWith(prefix(purpose));
}

/** Whether only this process's user can change the directory. */
export function isOwnedByProcess(stats: Stats): boolean {
  return (
    stats.isDirectory() &&
    stats.uid === process.getuid?.() &&
    (stats.mode & WRITABLE_BY_OTHERS) === 0
  );
}

function prefix(purpose: string): string {
  return `proofline-${purpose}-`;
}

function createOwned(directory: string): void {
  try {
    mkdirSync(directory, { mode: 0o755 });
    chmodSync(directory, 0o755);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    // lstat, so that a link planted by another user is refused.
    if (!isOwnedByProcess(lstatSync(directory))) {
      throw new Error(`${directory} belongs to another user; remove it or set DATABASE_URL`, {
        cause: error,
      });
    }
  }
}

/** Without the sticky bit, other users could replace our directory. */
function isTrustedParent(path: string, account: Account): boolean {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (!stats?.isDirectory() || stats.uid !== 0) return false;
  const isRenameProtected = (stats.mode & STICKY) !== 0 || (stats.mode & WRITABLE_BY_OTHERS) === 0;
  return isRenameProtected && canAccess(path, account, 'execute');
}
