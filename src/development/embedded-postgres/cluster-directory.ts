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

const PURPOSE = 'data';

const OWNER_FILE = 'kept-for';

/**
 * Resolves the real directory of the cluster, which need not exist yet. If the server's account
 * cannot enter the requested parent directory, the cluster lives under the temporary directory and
 * the requested path becomes a link to it.
 */
export async function resolveClusterDirectory(
  requested: string,
  account: Account | undefined,
): Promise<string> {
  createParent(dirname(requested));
  const path = join(realpathSync(dirname(requested)), basename(requested));
  if (account === undefined || canAccess(dirname(path), account, 'execute')) {
    return existsSync(path) ? realpathSync(path) : path;
  }
  const directory = ownedDirectory(PURPOSE, path, account);
  await removeOrphans(dirname(directory));
  // removeOrphans deletes it if the checkout's link to it is gone, for instance after `rm -r
  // .data`.
  ownedDirectory(PURPOSE, path, account);
  createLink(clusterPath(directory), path);
  writeFileSync(join(directory, OWNER_FILE), path);
  return clusterPath(directory);
}

async function removeOrphans(parent: string): Promise<void> {
  for (const name of readdirSync(parent).filter((entry) => isOwnedDirectoryName(PURPOSE, entry))) {
    const directory = join(parent, name);
    const ownerFile = join(directory, OWNER_FILE);
    // The link is created before the owner file, so a missing file means foreign or unfinished.
    if (!isOwnedByProcess(lstatSync(directory)) || !existsSync(ownerFile)) continue;
    if (isLink(readFileSync(ownerFile, 'utf8'))) continue;
    await killServer(clusterPath(directory));
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Deletes the link and the cluster, which must not be running. */
export function removeClusterDirectory(requested: string, data: string): void {
  rmSync(data, { recursive: true, force: true });
  rmSync(requested, { recursive: true, force: true });
  if (isOwnedDirectoryName(PURPOSE, dirname(data)))
    rmSync(dirname(data), { recursive: true, force: true });
}

function createParent(path: string): void {
  const created = mkdirSync(path, { recursive: true, mode: 0o755 });
  if (created === undefined || process.getuid?.() !== 0) return;
  // When root creates the directory in a user's checkout, the user must own it.
  const { uid, gid } = statSync(dirname(created));
  chownSync(created, uid, gid);
}

function clusterPath(directory: string): string {
  return join(directory, 'postgres');
}

function isLink(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true;
}

function createLink(target: string, path: string): void {
  try {
    symlinkSync(target, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST' && isLink(path)) return;
    throw error;
  }
}
