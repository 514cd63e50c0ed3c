import { cpus, loadavg } from 'node:os';

/** What the figures were measured on, and how busy that was with other things before. */
export function describeMachine() {
  const all = cpus();
  const [load] = loadavg();
  return { cpu: all[0]?.model ?? 'unknown', cores: all.length, node: process.version, load };
}
