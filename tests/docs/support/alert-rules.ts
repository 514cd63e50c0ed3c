import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { Metrics } from '../../../src/observability/metrics.js';
import { ROOT } from './pages.js';

const PRETTIER = join(ROOT, 'node_modules/prettier/bin/prettier.cjs');

/**
 * Parses YAML, and looks up the metrics that its expressions name.
 * @throws Error that says what is wrong
 */
export async function checkRules(yaml: string): Promise<void> {
  const { status, stderr } = spawnSync(process.execPath, [PRETTIER, '--parser', 'yaml'], {
    input: yaml,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  const metrics = new Metrics(false);
  metrics.watchCircuits([]);
  metrics.watchRedis({ isUp: true });
  const served = new Set(
    [...(await metrics.text()).matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name),
  );
  const unknown = (yaml.match(/proofline_\w+/g) ?? []).filter(
    (name) => !served.has(name.replace(/_(bucket|count|sum)$/, '')),
  );
  if (unknown.length > 0) throw new Error(`no such metric: ${unknown.join(', ')}`);
}
