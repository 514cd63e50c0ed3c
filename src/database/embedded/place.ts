import {
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { canReach, type Account } from './account.js';
import { isSafePlace, safePlace } from './safe-place.js';
import { killServer } from './server.js';

/** Purpose of a {@link safePlace} that holds a cluster. */
const DATA = 'data';

/**
 * The real directory of the cluster, which need not exist yet: the one asked for, or, where the account of the
 * server may not go, one under the temporary directory to which the one asked for becomes a link.
 */
export async function clusterPlace(asked: string, account: Account | undefined): Promise<string> {
  makeParent(dirname(asked));
  const path = join(realpathSync(dirname(asked)), basename(asked));
  if (account === undefined || canReach(dirname(path), account, 'execute')) {
    return existsSync(path) ? realpathSync(path) : path;
  }
  const elsewhere = join(safePlace(DATA, path, account), 'postgres');
  if (!isLink(path)) {
    // Somebody removed .data to begin anew, and this part of it was left behind.
    await killServer(elsewhere);
    rmSync(elsewhere, { recursive: true, force: true });
    makeLink(elsewhere, path);
  }
  return elsewhere;
}

/** Deletes what {@link clusterPlace} stands for: the cluster, which must not be running, and the link to it. */
export function removePlace(asked: string, data: string): void {
  rmSync(data, { recursive: true, force: true });
  rmSync(asked, { recursive: true, force: true });
  if (isSafePlace(DATA, dirname(data))) rmSync(dirname(data), { recursive: true, force: true });
}

function makeParent(path: string): void {
  const first = mkdirSync(path, { recursive: true, mode: 0o755 });
  if (first === undefined || process.getuid?.() !== 0) return;
  // Made by root in somebody's checkout, it still has to be theirs.
  const { uid, gid } = statSync(dirname(first));
  chownSync(first, uid, gid);
}

function isLink(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true;
}

function makeLink(target: string, path: string): void {
  try {
    symlinkSync(target, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST' && isLink(path)) return;
    throw error;
  }
}
