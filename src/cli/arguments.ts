import { parseArgs } from 'node:util';
import { parsePhoneNumber, type PhoneNumber } from '../domain/phone-number.js';

/** Somebody called the command line in a way that it does not know. */
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
  /** Names of the options that were given. */
  given: string[];
}

const LONGEST_NOTE = 500;
const WHOLE_NUMBER = /^\+[1-9][0-9]{6,14}$/;
const BEGINNING = /^\+[1-9][0-9]{0,14}\*$/;

/** @throws UsageError */
export function readCommandLine(argv: readonly string[]): CommandLine {
  const { values, positionals } = parse(argv);
  const { json = false, help = false, sends = false, yes = false, note } = values;
  if (note !== undefined && note.length > LONGEST_NOTE) {
    throw new UsageError(`A note has ${LONGEST_NOTE} characters at most`);
  }
  const [command, ...operands] = positionals;
  const options = { json, help, sends, yes, note };
  return { command, operands, options, given: Object.keys(values) };
}

/** A number as it is stored. @throws UsageError */
export function readNumber(text: string): PhoneNumber {
  const number = text.startsWith('+') ? parsePhoneNumber(text) : undefined;
  if (!number) throw new UsageError('Give the number in E.164 form, such as +14155552671');
  return number;
}

/** A number, or the beginning of one and a star. @throws UsageError */
export function readPattern(text: string): string {
  if (WHOLE_NUMBER.test(text) || BEGINNING.test(text)) return text;
  throw new UsageError(
    'Give a whole number such as +14155552671, or a beginning and a star such as "+1415*"',
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
    throw new UsageError(error instanceof Error ? error.message : 'Unknown option');
  }
}
