import { readFileSync } from 'node:fs';

/** Ticks a second of the times in /proc, the same on every Linux that Node runs on. */
const TICKS = 100;

/**
 * CPU time that these processes have used since they began, user and system, in milliseconds.
 * Undefined where there is no /proc.
 */
export function cpuMs(pids) {
  return sum(pids, (pid) => (times(pid).own / TICKS) * 1000);
}

/** The same of a Postgres: its connections are processes of their own, those that have ended included. */
export function treeCpuMs(pid) {
  return sum([pid], () => {
    const { own, ended } = times(pid);
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ');
    const living = children.filter(Boolean).map((child) => timesIfThere(child));
    return ((own + ended + living.reduce((all, one) => all + one, 0)) / TICKS) * 1000;
  });
}

/** Resident memory of these processes in MiB. Undefined where there is no /proc. */
export function rssMiB(pids) {
  return sum(pids, (pid) => {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(/VmRSS:\s+(\d+)/.exec(status)[1]) / 1024;
  });
}

function sum(pids, measure) {
  if (process.platform !== 'linux') return undefined;
  return pids.reduce((all, pid) => all + measure(pid), 0);
}

function times(pid) {
  // The name in parentheses may hold blanks.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  const [user, system, endedUser, endedSystem] = fields.slice(11, 15).map(Number);
  return { own: user + system, ended: endedUser + endedSystem };
}

function timesIfThere(pid) {
  try {
    return times(pid).own;
  } catch {
    return 0;
  }
}
