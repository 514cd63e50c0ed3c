import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const SHOWN = 5;

/**
 * Log lines of the run that hold something its tests have noted as secret, a few of them. A secret counts where it
 * stands alone: the digits of a code are part of many a time and port.
 * @param evidence directory with `log.jsonl` and `secrets.txt`
 */
export function findLeaks(evidence: string): string[] {
  const log = read(evidence, 'log.jsonl');
  const secrets = new Set(read(evidence, 'secrets.txt').split('\n').filter(Boolean));
  const leaks = new Set<string>();
  for (const secret of secrets) {
    const line = lineWith(log, secret);
    if (line !== undefined) leaks.add(line);
    if (leaks.size === SHOWN) break;
  }
  return [...leaks];
}

function lineWith(log: string, secret: string): string | undefined {
  for (let at = log.indexOf(secret); at !== -1; at = log.indexOf(secret, at + 1)) {
    const before = log[at - 1] ?? '\n';
    const after = log[at + secret.length] ?? '\n';
    if (/[0-9A-Za-z.]/.test(before + after)) continue;
    return log.slice(log.lastIndexOf('\n', at) + 1).split('\n', 1)[0];
  }
  return undefined;
}

function read(directory: string, name: string): string {
  const path = join(directory, name);
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}
