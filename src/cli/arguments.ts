import { parseArgs } from 'node:util';
import { parsePossiblePhoneNumber, type PhoneNumber } from '../domain/phone-number.js';

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
  sends: boolean;
  yes: boolean;
  note: string | undefined;
}

export interface CommandLine {
  command: string | undefined;
  operands: string[];
  options: Options;
  optionNames: string[];
}

const MAX_NOTE_LENGTH = 500;
const WHOLE_NUMBER = /^\+[1-9][0-9]{6,14}$/;
const PREFIX = /^\+[1-9][0-9]{0,14}\*$/;

/** @throws UsageError */
export function readCommandLine(argv: readonly string[]): CommandLine {
  const { values, positionals } = parse(argv);
  const { json = false, help = false, sends = false, yes = false, note } = values;
  if (note !== undefined && note.length > MAX_NOTE_LENGTH) {
    throw new UsageError(`--note must have at most ${MAX_NOTE_LENGTH} characters`);
  }
  const [command, ...operands] = positionals;
  const options = { json, help, sends, yes, note };
  return { command, operands, options, optionNames: Object.keys(values) };
}

/** Parses a number in E.164 format, a test number included. @throws UsageError */
export function readNumber(text: string): PhoneNumber {
  const number = text.startsWith('+') ? parsePossiblePhoneNumber(text) : undefined;
  if (!number) throw new UsageError('The number must be in E.164 format, such as +14155552671');
  return number;
}

/** Parses a pattern: a number in its canonical form, or a prefix followed by a star. @throws UsageError */
export function readPattern(text: string): string {
  if (WHOLE_NUMBER.test(text)) return parsePossiblePhoneNumber(text)?.e164 ?? text;
  if (PREFIX.test(text)) return text;
  throw new UsageError(
    'The pattern must be a number such as +14155552671, or a prefix and a star such as "+1415*"',
  );
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        json: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
        sends: { type: 'boolean' },
        yes: { type: 'boolean' },
        note: { type: 'string' },
      },
    });
  } catch (error) {
    // The first sentence names the option; the others are about Node's own command line.
    const { message = 'Unknown option' } = error as { message?: string };
    throw new UsageError(message.split(/[.\n]/)[0] ?? message);
  }
}
