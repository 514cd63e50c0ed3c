import { execFileSync } from 'node:child_process';
import { cpus, loadavg } from 'node:os';

/** Describes the machine and its load before the run. */
export function describeMachine(node) {
  const all = cpus();
  const [load] = loadavg();
  return { cpu: all[0]?.model ?? 'unknown', cores: all.length, node: versionOf(node), load };
}

/** Version of a Node program, such as `v24.1.0`. */
export const versionOf = (node) => execFileSync(node, ['--version'], { encoding: 'utf8' }).trim();
