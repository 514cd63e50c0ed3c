import { existsSync, readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { join } from 'node:path';

const MAX_REPORTED = 5;

const FORBIDDEN: readonly (readonly [name: string, pattern: RegExp])[] = [
  ['a full phone number', /\+[1-9][0-9]{6,14}/],
  ['a JWT', /\beyJ[\w-]{8,}\.[\w-]+\.[\w-]+/],
  ['credentials', /\b(Basic|Bearer|Application) [\w+/=:-]{8,}/i],
  ['a connection string', /:\/\/[^\s/:@"]+:[^\s/@"]+@/],
  ['a private key', /PRIVATE KEY/],
];

const UUID_PATTERN = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';
const UUID = new RegExp(`^${UUID_PATTERN}$`);
/** Such as the key of a Sinch application. */
const UUIDS_IN_TEXT = new RegExp(`\\b${UUID_PATTERN}\\b`, 'g');

/**
 * Formats of fields with digits by nature: with thousands of 4-digit codes, some duration equals one of them.
 */
const FIELD_FORMATS: Readonly<Record<string, (value: unknown) => boolean>> = {
  timestamp: (value) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(String(value)),
  requestId: (value) => UUID.test(String(value)),
  accountId: (value) => UUID.test(String(value)),
  sessionId: (value) => UUID.test(String(value)),
  ip: (value) => isIP(String(value)) > 0,
  phone: (value) => /^\+\d{1,4}\*{3,}\d\d$/.test(String(value)),
  sqlState: (value) => /^[0-9A-Z]{5}$/.test(String(value)),
  providerCode: (value) => /^[45]\d{4}$/.test(String(value)),
  durationMs: isNumber,
  port: isNumber,
  status: isNumber,
  providerStatus: isNumber,
  attempts: isNumber,
  count: isNumber,
};

/** No code has a unit. */
const MEASURES = /\b\d+ ?(?:ms|s|seconds|bytes|KB|MB)\b/g;
const POSITIONS = /:\d+:\d+|(?<=\d\.\d{1,3}|localhost|\]):\d{1,5}\b/g;

/**
 * The first leaking log lines, each after the reason.
 * @param evidence directory with `log.jsonl` and `secrets.txt`
 */
export function findLeaks(evidence: string): string[] {
  const secrets = new Secrets(read(evidence, 'secrets.txt'));
  const leaks: string[] = [];
  for (const line of read(evidence, 'log.jsonl')) {
    const reason = leakIn(line, secrets);
    if (reason !== undefined) leaks.push(`${reason}: ${line}`);
    if (leaks.length === MAX_REPORTED) break;
  }
  return leaks;
}

class Secrets {
  readonly codes = new Set<string>();
  /** Digits of phone numbers, with and without country code; separators are ignored. */
  readonly numbers = new Set<string>();
  readonly texts = new Set<string>();

  constructor(noted: readonly string[]) {
    for (const secret of noted) {
      if (/^\d{1,6}$/.test(secret)) this.codes.add(secret);
      else if (/^\+?\d+$/.test(secret)) this.addNumber(secret.replace('+', ''));
      else this.texts.add(secret);
    }
  }

  private addNumber(digits: string): void {
    for (const dropped of [0, 1, 2, 3]) {
      const rest = digits.slice(dropped);
      if (rest.length < 7) continue;
      this.numbers.add(rest);
      this.numbers.add(`0${rest}`);
    }
  }
}

function leakIn(line: string, secrets: Secrets): string | undefined {
  const forbidden = FORBIDDEN.find(([, pattern]) => pattern.test(line));
  if (forbidden) return forbidden[0];
  if ([...secrets.texts].some((text) => line.includes(text))) return 'a secret';
  const leaf = leavesOf(line).find(([field, value]) => {
    if (FIELD_FORMATS[field]?.(value) === true) return false;
    return holdsDigits(value, secrets);
  });
  return leaf && `a code or a number in "${leaf[0]}"`;
}

function holdsDigits(value: unknown, { codes, numbers }: Secrets): boolean {
  // JSON numbers lose leading zeros.
  if (typeof value === 'number' && codes.has(String(value).padStart(4, '0'))) return true;
  const text = [POSITIONS, MEASURES, UUIDS_IN_TEXT].reduce(
    (rest, pattern) => rest.replaceAll(pattern, ''),
    String(value),
  );
  const words = text.match(/[0-9A-Za-z]+/g) ?? [];
  if (words.some((word) => codes.has(word))) return true;
  const ungrouped = text.replaceAll(/[\s().-]/g, '');
  return [text, ungrouped].some((form) =>
    (form.match(/\d{7,}/g) ?? []).some((run) => numbers.has(run)),
  );
}

function leavesOf(line: string): (readonly [field: string, value: unknown])[] {
  try {
    return leaves('', JSON.parse(line));
  } catch {
    return [['', line]];
  }
}

function leaves(field: string, value: unknown): (readonly [field: string, value: unknown])[] {
  if (typeof value !== 'object' || value === null) return [[field, value]];
  return Object.entries(value).flatMap(([name, inner]) => [
    ['a field name', name] as const,
    ...leaves(Array.isArray(value) ? field : name, inner),
  ]);
}

function isNumber(value: unknown): boolean {
  return typeof value === 'number';
}

function read(directory: string, name: string): string[] {
  const path = join(directory, name);
  return existsSync(path) ? readFileSync(path, 'utf8').split('\n').filter(Boolean) : [];
}
