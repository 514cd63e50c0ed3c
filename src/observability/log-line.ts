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

/** `,"name":` of everything that a line may hold. */
const LABELS: ReadonlyMap<string, string> = new Map(
  [...LOG_FIELD_NAMES].map((name) => [name, `,${JSON.stringify(name)}:`]),
);

// Nothing that JSON would have to escape.
const PLAIN = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/;

/**
 * One JSON object: time, level and message, what the event says, and what is known of its request. Its text
 * is put together at once: an object of allowed fields for each line would cost ten times as much.
 */
export function jsonLine({ level, message, fields = {}, request = {} }: LogEntry): string {
  const timestamp = new Date().toISOString();
  const head = `{"timestamp":"${timestamp}","level":"${level}","message":${toJson(message)}`;
  return `${head}${membersOf(fields)}${membersOf(request, fields)}}`;
}

function membersOf(fields: LogFields, said: LogFields = {}): string {
  let text = '';
  for (const [name, value] of Object.entries(fields)) {
    const label = LABELS.get(name);
    if (label === undefined || value === undefined || isIn(said, name)) continue;
    text += `${label}${toJson(clean(name, value))}`;
  }
  return text;
}

const isIn = (fields: LogFields, name: string): boolean =>
  fields[name as keyof LogFields] !== undefined;

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
