import { parseArgs } from 'node:util';
import {
  isPossiblePrefix,
  parsePhoneNumber,
  parsePossiblePhoneNumber,
  type PhoneNumber,
} from '../domain/phone-number.js';
import {
  compactPattern,
  isRuleLike,
  parseListedPattern,
  parsePattern,
} from '../domain/number-pattern.js';
import { didYouMean } from './nearest.js';

/** Invalid usage of the command line; exit code 2. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UsageError';
  }
}

export interface Options {
  json: boolean;
  help: boolean;
  version: boolean;
  sends: boolean;
  yes: boolean;
  note: string | undefined;
  app: string | undefined;
  secret: boolean;
  publishable: boolean;
  operator: boolean;
  origin: string[];
  expires: string | undefined;
  settings: string | undefined;
  event: string[];
  masked: boolean;
  delivery: string | undefined;
  number: string | undefined;
  reference: string | undefined;
  status: string | undefined;
  purpose: string | undefined;
  channel: string | undefined;
  from: string | undefined;
  to: string | undefined;
  limit: string | undefined;
  cursor: string | undefined;
}

export interface CommandLine {
  command: string | undefined;
  operands: string[];
  options: Options;
  optionNames: string[];
}

const OPTIONS = {
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'v' },
  sends: { type: 'boolean' },
  yes: { type: 'boolean' },
  note: { type: 'string' },
  app: { type: 'string' },
  secret: { type: 'boolean' },
  publishable: { type: 'boolean' },
  operator: { type: 'boolean' },
  origin: { type: 'string', multiple: true },
  expires: { type: 'string' },
  settings: { type: 'string' },
  event: { type: 'string', multiple: true },
  masked: { type: 'boolean' },
  delivery: { type: 'string' },
  number: { type: 'string' },
  reference: { type: 'string' },
  status: { type: 'string' },
  purpose: { type: 'string' },
  channel: { type: 'string' },
  from: { type: 'string' },
  to: { type: 'string' },
  limit: { type: 'string' },
  cursor: { type: 'string' },
} as const;

const FLAGS = [
  'json',
  'help',
  'version',
  'sends',
  'yes',
  'secret',
  'publishable',
  'operator',
  'masked',
] as const;
type Flag = (typeof FLAGS)[number];

const DAY_MS = 86_400_000;
const MAX_NOTE_LENGTH = 500;

/** @throws UsageError */
export function readCommandLine(argv: readonly string[]): CommandLine {
  const { values, positionals } = parse(argv);
  const { note, app, expires, settings, delivery, origin = [], event = [] } = values;
  const { number, reference, status, purpose, channel, from, to, limit, cursor } = values;
  if (note !== undefined && note.length > MAX_NOTE_LENGTH) {
    throw new UsageError(`--note must have at most ${MAX_NOTE_LENGTH} characters`);
  }
  const [command, ...operands] = positionals;
  const flags = Object.fromEntries(FLAGS.map((name) => [name, values[name] ?? false]));
  const search = { number, reference, status, purpose, channel, from, to, limit, cursor };
  const texts = { note, app, expires, settings, delivery, origin, event, ...search };
  const options = { ...(flags as Record<Flag, boolean>), ...texts };
  return { command, operands, options, optionNames: Object.keys(values) };
}

/** Parses `90d`, or a date or time of ISO 8601. @throws UsageError */
export function readExpiry(text: string, now = Date.now()): Date {
  const days = /^([1-9][0-9]{0,3})d$/.exec(text)?.[1];
  const isDate = /^[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9:.]+Z)?$/.test(text);
  const time = days === undefined ? Date.parse(isDate ? text : '') : now + Number(days) * DAY_MS;
  if (Number.isNaN(time)) {
    throw new UsageError('--expires must be a date such as 2027-01-31, or days such as 90d');
  }
  if (time <= now) throw new UsageError('--expires must be in the future');
  return new Date(time);
}

/** Parses a number in E.164 format, a test number included. @throws UsageError */
export function readNumber(text: string): PhoneNumber {
  const number = text.startsWith('+') ? parsePossiblePhoneNumber(text) : undefined;
  if (number) return number;
  if (text.endsWith('*'))
    throw new UsageError(`"${text}" is a prefix; this command takes a number`);
  throw new UsageError(`${notANumber(text)}${withPlus(text)}`);
}

/**
 * Parses a pattern: a number, or a prefix followed by a star. Refuses what can cover no number.
 * @returns its canonical form, without separators
 * @throws UsageError
 */
export function readPattern(text: string): string {
  const pattern = parsePattern(text);
  if (pattern !== undefined) return pattern;
  const compact = compactPattern(text);
  if (compact.endsWith('*') && isRuleLike(compact)) {
    throw new UsageError(`"${text}" covers no number: no phone number begins like this`);
  }
  const offer = withPlus(text) || offerPrefix(compact);
  throw new UsageError(`${notANumber(text)}${offer}`);
}

/** Like `readPattern`, and also accepts a rule that covers no number, so that it can be removed. */
export function readListedPattern(text: string): string {
  return parseListedPattern(text) ?? readPattern(text);
}

function notANumber(text: string): string {
  return `"${text}" is not a phone number in E.164 format, such as +14155552671`;
}

function offerPrefix(compact: string): string {
  const prefix = `+${compact.replace(/^(00|\+)/, '').replace(/\*+$/, '')}`;
  if (!isRuleLike(prefix) || !isPossiblePrefix(prefix)) return '';
  return compact.startsWith('+')
    ? `. For all numbers that begin with it, write "${prefix}*"`
    : `; did you mean "${prefix}*"?`;
}

function withPlus(text: string): string {
  const number = parsePhoneNumber(`+${text.replace(/^(00|\+)/, '')}`);
  return number && !text.startsWith('+') ? `; did you mean ${number.e164}?` : '';
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], allowPositionals: true, options: OPTIONS });
  } catch (error) {
    // The first sentence names the option; the others are about Node's own command line.
    const { message = 'Unknown option' } = error as { message?: string };
    const sentence = message.split(/[.\n]/)[0] ?? message;
    const [, unknown] = /^Unknown option '(--[^']*)'/.exec(sentence) ?? [];
    const known = Object.keys(OPTIONS).map((name) => `--${name}`);
    throw new UsageError(sentence + (unknown === undefined ? '' : didYouMean(unknown, known, '')));
  }
}
