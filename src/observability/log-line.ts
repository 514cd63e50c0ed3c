import { LOG_FIELD_NAMES, type LogFields } from './log-fields.js';

/** What a line is made of. What was logged outside of a request has no facts of one. */
export interface LogEntry {
  level: string;
  message: string;
  fields: LogFields | undefined;
  request: LogFields | undefined;
}

// Seven or more digits in a row are a phone number or a code wherever they come from.
const LONG_DIGITS = /\+?[0-9]{7,}/g;
// Connection strings appear in drivers' messages.
const URL_CREDENTIALS = /:\/\/[^\s/@]+@/g;
const FREE_TEXT: ReadonlySet<string> = new Set(['errorMessage', 'stack', 'purpose']);

interface Member {
  name: string;
  /** `"name":` */
  label: string;
}

/** Everything that a line may hold, in alphabetical order. */
const MEMBERS: readonly Member[] = ['level', 'message', 'timestamp', ...LOG_FIELD_NAMES]
  .sort()
  .map((name) => ({ name, label: `${JSON.stringify(name)}:` }));

// Nothing that JSON would have to escape.
const PLAIN = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/;

/** One JSON object. Its text is put together at once: an object of allowed fields for each line would cost ten times as much. */
export function jsonLine({ level, message, fields, request }: LogEntry): string {
  const own: Readonly<Record<string, string>> = {
    level,
    message,
    timestamp: new Date().toISOString(),
  };
  const given = (fields ?? {}) as Readonly<Record<string, unknown>>;
  const known = (request ?? {}) as Readonly<Record<string, unknown>>;
  let line = '';
  for (const { name, label } of MEMBERS) {
    const value = own[name] ?? given[name] ?? known[name];
    if (value === undefined) continue;
    line += `${line === '' ? '{' : ','}${label}${toJson(clean(name, value))}`;
  }
  return `${line}}`;
}

/** For a person at a terminal. */
export function readableLine({ level, message, fields, request }: LogEntry): string {
  const facts = Object.entries({ ...request, ...fields })
    .filter(([name]) => LOG_FIELD_NAMES.has(name))
    .map(([name, value]) => `${name}=${String(clean(name, value))}`);
  const time = new Date().toISOString().slice(11, 19);
  return `${time} ${level.padEnd(5)} ${message} ${facts.join(' ')}`;
}

function clean(name: string, value: unknown): unknown {
  if (typeof value !== 'string' || !FREE_TEXT.has(name)) return value;
  return value.replaceAll(LONG_DIGITS, '[digits]').replaceAll(URL_CREDENTIALS, '://[credentials]@');
}

function toJson(value: unknown): string {
  return typeof value === 'string' && PLAIN.test(value) ? `"${value}"` : JSON.stringify(value);
}
