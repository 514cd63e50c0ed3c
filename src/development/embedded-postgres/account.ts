import { readFileSync, realpathSync, statSync, type Stats } from 'node:fs';
import { dirname } from 'node:path';

export interface Account {
  uid: number;
  gid: number;
}

const NOBODY: Account = { uid: 65_534, gid: 65_534 };

/**
 * The account for the Postgres server, which refuses to run as root.
 * @returns undefined unless we are root; else the owner of the cluster or of a parent directory,
 * else `nobody`.
 */
export function serverAccount(dataDirectory: string): Account | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const owners = [dataDirectory, dirname(dataDirectory), dirname(dirname(dataDirectory))].map(
    ownerOf,
  );
  // initdb looks its account up by name, so the account must be in /etc/passwd.
  const owner = owners.find(
    (account) => account !== undefined && account.uid !== 0 && isInPasswd(account),
  );
  return owner ?? passwdAccounts().find(({ name }) => name === 'nobody') ?? NOBODY;
}

export function canAccess(
  path: string,
  account: Account | undefined,
  wanted: 'read' | 'execute',
): boolean {
  if (account === undefined) return true;
  const real = realpathSync(path);
  if (!allows(statSync(real), account, wanted === 'read' ? 4 : 1)) return false;
  for (
    let parent = dirname(real), last = real;
    parent !== last;
    last = parent, parent = dirname(parent)
  ) {
    if (!allows(statSync(parent), account, 1)) return false;
  }
  return true;
}

function allows(stats: Stats, { uid, gid }: Account, bit: 1 | 4): boolean {
  const shift = stats.uid === uid ? 6 : stats.gid === gid ? 3 : 0;
  return ((stats.mode >> shift) & bit) === bit;
}

function ownerOf(path: string): Account | undefined {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats && { uid: stats.uid, gid: stats.gid };
}

function isInPasswd({ uid }: Account): boolean {
  return passwdAccounts().some((account) => account.uid === uid);
}

function passwdAccounts(): (Account & { name: string })[] {
  let text: string;
  try {
    text = readFileSync('/etc/passwd', 'utf8');
  } catch {
    return [];
  }
  return text
    .split('\n')
    .map((line) => line.split(':'))
    .filter((fields) => fields.length >= 4)
    .map(([name = '', , uid, gid]) => ({ name, uid: Number(uid), gid: Number(gid) }));
}
