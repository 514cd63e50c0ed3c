import {
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { canAccess, type Account } from './account.js';
import { isOwnedByProcess, isOwnedDirectoryName, ownedDirectory } from './owned-directory.js';
import { killServer } from './server.js';

/** Purpose of a {@link ownedDirectory} that holds a cluster. */
const DATA = 'data';

/** Says for whom such a place is kept. */
const OWNER_FILE = 'kept-for';

/**
 * The real directory of the cluster, which need not exist yet: the one asked for, or, where the account of the
 * server may not go, one under the temporary directory to which the one asked for becomes a link.
 */
export async function resolveClusterDirectory(
  asked: string,
  account: Account | undefined,
): Promise<string> {
  makeParent(dirname(asked));
  const path = join(realpathSync(dirname(asked)), basename(asked));
  if (account === undefined || canAccess(dirname(path), account, 'execute')) {
    return existsSync(path) ? realpathSync(path) : path;
  }
  const place = ownedDirectory(DATA, path, account);
  await removeOrphans(dirname(place));
  // Gone if somebody removed .data to begin anew, or a checkout that was there before.
  ownedDirectory(DATA, path, account);
  makeLink(clusterPath(place), path);
  writeFileSync(join(place, OWNER_FILE), path);
  return clusterPath(place);
}

/** Clusters that nothing links to any more, because the checkout they belong to was removed. */
async function removeOrphans(parent: string): Promise<void> {
  for (const name of readdirSync(parent).filter((entry) => isOwnedDirectoryName(DATA, entry))) {
    const place = join(parent, name);
    const ownerFile = join(place, OWNER_FILE);
    // Without the file it is not ours or only just being made: the link comes first.
    if (!isOwnedByProcess(lstatSync(place)) || !existsSync(ownerFile)) continue;
    if (isLink(readFileSync(ownerFile, 'utf8'))) continue;
    await killServer(clusterPath(place));
    rmSync(place, { recursive: true, force: true });
  }
}

/** Deletes what {@link resolveClusterDirectory} stands for: the cluster, which must not be running, and the link to it. */
export function removeClusterDirectory(asked: string, data: string): void {
  rmSync(data, { recursive: true, force: true });
  rmSync(asked, { recursive: true, force: true });
  if (isOwnedDirectoryName(DATA, dirname(data)))
    rmSync(dirname(data), { recursive: true, force: true });
}

function makeParent(path: string): void {
  const first = mkdirSync(path, { recursive: true, mode: 0o755 });
  if (first === undefined || process.getuid?.() !== 0) return;
  // Made by root in somebody's checkout, it still has to be theirs.
  const { uid, gid } = statSync(dirname(first));
  chownSync(first, uid, gid);
}

function clusterPath(place: string): string {
  return join(place, 'postgres');
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
