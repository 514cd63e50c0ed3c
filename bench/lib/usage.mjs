import { readFileSync } from 'node:fs';

/** Clock ticks a second in /proc (USER_HZ), 100 on every architecture that Node supports. */
const TICKS = 100;

/** User and system CPU time of the processes in milliseconds. Undefined without /proc. */
export function cpuMs(pids) {
  return sum(pids, (pid) => (times(pid).own / TICKS) * 1000);
}

/** CPU time of a Postgres in milliseconds, with its child processes, also those that have ended. */
export function treeCpuMs(pid) {
  return sum([pid], () => {
    const { own, ended } = times(pid);
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ');
    const living = children.filter(Boolean).map((child) => timesIfThere(child));
    return ((own + ended + living.reduce((all, one) => all + one, 0)) / TICKS) * 1000;
  });
}

/** Resident memory of the processes in MiB. Undefined without /proc. */
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
  // The process name in parentheses may contain spaces.
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
