import { chmodSync, lstatSync, mkdtempSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { isAlive } from '../../src/development/embedded-postgres/pid-file.js';
import { killServer } from '../../src/development/embedded-postgres/server.js';
import {
  startEmbeddedPostgres,
  type EmbeddedPostgres,
} from '../../src/development/embedded-postgres/embedded-postgres.js';
import { administer } from './database.js';

const DIRECTORY_PREFIX = 'proofline-test-';
const DATABASE_PREFIX = 'proofline_test_';
const LEFT_BEHIND_AFTER_MS = 6 * 3_600_000;

/** The name of a run, from which its age can be read: all its databases begin with it. */
export function nameOfRun(random: string): string {
  return `${DATABASE_PREFIX}${Date.now().toString(36)}_${random}`;
}

/** A temporary directory for what the run leaves on disk. */
export function makeHome(): string {
  const home = mkdtempSync(join(realpathSync(tmpdir()), `${DIRECTORY_PREFIX}${process.pid}-`));
  // Else root's server, which is not root, could not follow and would keep its cluster elsewhere.
  chmodSync(home, 0o755);
  return home;
}

/** A server of this run alone. It ends with us on Ctrl-C, and may lose everything in a crash. */
export function startTestServer(home: string): Promise<EmbeddedPostgres> {
  return startEmbeddedPostgres({
    dataDirectory: join(home, 'data', 'postgres'),
    durable: false,
    detached: false,
  });
}

/** Databases of runs that were killed, on a server that is not ours to stop. */
export async function dropDeadDatabases(serverUrl: string): Promise<void> {
  const { rows } = await administer('SELECT datname FROM pg_database', serverUrl);
  const dead = (rows as { datname: string }[]).filter(({ datname }) => isOld(datname));
  for (const { datname } of dead) {
    await administer(`DROP DATABASE IF EXISTS "${datname}" WITH (FORCE)`, serverUrl);
  }
}

function isOld(database: string): boolean {
  if (!database.startsWith(DATABASE_PREFIX)) return false;
  const born = parseInt(database.slice(DATABASE_PREFIX.length).split('_')[0] ?? '', 36);
  return born < Date.now() - LEFT_BEHIND_AFTER_MS;
}

/** Servers and files of runs that were killed and could not clear away themselves. */
export async function removeDeadRuns(): Promise<void> {
  for (const name of readdirSync(tmpdir()).filter((entry) => entry.startsWith(DIRECTORY_PREFIX))) {
    const home = join(realpathSync(tmpdir()), name);
    const owner = Number(name.slice(DIRECTORY_PREFIX.length).split('-')[0]);
    const isOurs = lstatSync(home, { throwIfNoEntry: false })?.uid === process.getuid?.();
    if (isAlive(owner) || !isOurs) continue;
    for (const path of readdirSync(home, { recursive: true, encoding: 'utf8' })) {
      if (basename(path) === 'postmaster.pid') await killServer(join(home, dirname(path)));
    }
    rmSync(home, { recursive: true, force: true });
  }
}
