import { createHash } from 'node:crypto';
import { chmodSync, lstatSync, mkdirSync, statSync, type Stats } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { canAccess, type Account } from './account.js';

const STICKY = 0o1000;
const WRITABLE_BY_OTHERS = 0o022;

/**
 * A directory of ours outside the checkout, for when the checkout lies where only root may enter and the account
 * of the server cannot follow. Made when missing; the name is the same for the same `purpose` and `path`.
 * @throws Error when somebody else made it first: what is in it would be theirs.
 */
export function ownedDirectory(purpose: string, path: string, account: Account): string {
  const parent = ['/var/tmp', tmpdir(), '/tmp'].find((candidate) =>
    isTrustedParent(candidate, account),
  );
  if (parent === undefined) {
    throw new Error(
      'Postgres cannot run as root, and no temporary directory is open to another account; set DATABASE_URL',
    );
  }
  const hash = createHash('sha256').update(path).digest('hex').slice(0, 16);
  const place = join(parent, `${prefix(purpose)}${hash}`);
  createOwned(place);
  return place;
}

/** Whether the directory was made by {@link ownedDirectory} for that purpose. */
export function isOwnedDirectoryName(purpose: string, path: string): boolean {
  return basename(path).startsWith(prefix(purpose));
}

/** Whether nobody but us can change what the directory holds. */
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

function createOwned(place: string): void {
  try {
    mkdirSync(place, { mode: 0o755 });
    // The umask may have taken more away than we want.
    chmodSync(place, 0o755);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    // lstat, so that a link which somebody put there counts as theirs.
    if (!isOwnedByProcess(lstatSync(place))) {
      throw new Error(`${place} belongs to somebody else; remove it or set DATABASE_URL`, {
        cause: error,
      });
    }
  }
}

/** Without the sticky bit others could rename our directory and put their own in its place. */
function isTrustedParent(path: string, account: Account): boolean {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (!stats?.isDirectory() || stats.uid !== 0) return false;
  const isRenameProtected = (stats.mode & STICKY) !== 0 || (stats.mode & WRITABLE_BY_OTHERS) === 0;
  return isRenameProtected && canAccess(path, account, 'execute');
}
