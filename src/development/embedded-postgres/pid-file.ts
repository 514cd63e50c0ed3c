import { execFileSync } from 'node:child_process';
import { readFileSync, readlinkSync, rmSync } from 'node:fs';
import { join } from 'node:path';

export interface Postmaster {
  pid: number;
  /** 0 until the server has chosen a port. */
  port: number;
}

const PORT_LINE = 3;

/** Reads `postmaster.pid`; undefined when there is none. */
export function readPostmaster(data: string): Postmaster | undefined {
  let lines: string[];
  try {
    lines = readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  const pid = Number(lines[0]);
  return Number.isInteger(pid) && pid > 0
    ? { pid, port: Number(lines[PORT_LINE] ?? 0) }
    : undefined;
}

/**
 * Finds the Postgres that runs on this data directory. Removes a stale file whose process id now
 * belongs to another program, as happens after a container restart: Postgres would refuse to start.
 */
export function runningPostmaster(data: string): Postmaster | undefined {
  const postmaster = readPostmaster(data);
  if (postmaster === undefined) return undefined;
  if (!isAlive(postmaster.pid)) return undefined;
  if (isPostmasterOf(data, postmaster.pid)) return postmaster;
  if (readPostmaster(data)?.pid === postmaster.pid)
    rmSync(join(data, 'postmaster.pid'), { force: true });
  return undefined;
}

function isPostmasterOf(data: string, pid: number): boolean {
  if (process.platform === 'win32') return true;
  try {
    return readlinkSync(`/proc/${pid}/cwd`) === data;
  } catch {
    return commandLineOf(pid).includes(data);
  }
}

/** Whether the process exists, even if another user owns it. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** For systems without /proc. Empty for a zombie process. */
function commandLineOf(pid: number): string {
  try {
    if (process.platform === 'linux') return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
    return execFileSync('ps', ['-p', String(pid), '-o', 'command='], { encoding: 'utf8' });
  } catch {
    return '';
  }
}
