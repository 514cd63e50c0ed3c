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
import { canReach, type Account } from './account.js';
import { isOurs, isSafePlace, safePlace } from './safe-place.js';
import { killServer } from './server.js';

/** Purpose of a {@link safePlace} that holds a cluster. */
const DATA = 'data';

/** Says for whom such a place is kept. */
const ASKED_FILE = 'kept-for';

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
  const place = safePlace(DATA, path, account);
  await removeForsaken(dirname(place));
  // Gone if somebody removed .data to begin anew, or a checkout that was there before.
  safePlace(DATA, path, account);
  makeLink(clusterIn(place), path);
  writeFileSync(join(place, ASKED_FILE), path);
  return clusterIn(place);
}

/** Clusters that nothing links to any more, because the checkout they belong to was removed. */
async function removeForsaken(parent: string): Promise<void> {
  for (const name of readdirSync(parent).filter((entry) => isSafePlace(DATA, entry))) {
    const place = join(parent, name);
    const askedFile = join(place, ASKED_FILE);
    // Without the file it is not ours or only just being made: the link comes first.
    if (!isOurs(lstatSync(place)) || !existsSync(askedFile)) continue;
    if (isLink(readFileSync(askedFile, 'utf8'))) continue;
    await killServer(clusterIn(place));
    rmSync(place, { recursive: true, force: true });
  }
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

function clusterIn(place: string): string {
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
