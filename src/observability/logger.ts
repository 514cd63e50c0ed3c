import { createLogger as createWinston, format, transports, type Logform } from 'winston';
import { LOG_FIELD_NAMES, type LogFields } from './log-fields.js';
import { currentRequest } from './request-scope.js';

/** Fixed words in `message`; everything that varies goes into allow-listed fields. */
export interface Logger {
  error(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  debug(message: string, fields?: LogFields): void;
}

export interface LoggerOptions {
  level: string;
  /** Lines for a person at a terminal in place of one JSON object a line. */
  pretty?: boolean;
  /** Where lines go; standard output when not given. */
  stream?: NodeJS.WritableStream;
}

const ALWAYS_KEPT: ReadonlySet<string> = new Set(['level', 'message', 'timestamp']);

// Seven or more digits in a row are a phone number or a code wherever they come from.
const LONG_DIGITS = /\+?[0-9]{7,}/g;
// Connection strings appear in drivers' messages.
const URL_CREDENTIALS = /:\/\/[^\s/@]+@/g;

const allowListed = format((info) => {
  for (const key of Object.keys(info)) {
    if (!ALWAYS_KEPT.has(key) && !LOG_FIELD_NAMES.has(key)) Reflect.deleteProperty(info, key);
  }
  for (const key of ['errorMessage', 'stack', 'purpose']) {
    const text = info[key];
    if (typeof text === 'string') info[key] = scrub(text);
  }
  return info;
});

const forPeople = format.printf((info) => {
  const { level, message, timestamp, ...fields } = info as Logform.TransformableInfo & {
    timestamp: string;
  };
  const facts = Object.entries(fields).map(([key, value]) => `${key}=${String(value)}`);
  return `${timestamp.slice(11, 19)} ${level.padEnd(5)} ${String(message)} ${facts.join(' ')}`;
});

/** A winston logger behind our own narrow interface. Lines of a request carry its facts by themselves. */
export function createLogger(options: LoggerOptions): Logger {
  const winston = createWinston({
    level: options.level,
    format: format.combine(
      format.timestamp(),
      allowListed(),
      options.pretty === true ? forPeople : format.json(),
    ),
    // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- winston's own types disagree
    transports: [new transports.Stream({ stream: options.stream ?? process.stdout })],
  });
  // Here and not in the format: winston may format a line later, when the request that wrote it is not known any more.
  const write = (level: keyof Logger) => (message: string, fields?: LogFields) => {
    winston.log(level, message, { ...currentRequest(), ...fields });
  };
  return { error: write('error'), warn: write('warn'), info: write('info'), debug: write('debug') };
}

/** Facts of an unexpected error that are safe to log. */
export function errorFields(error: unknown): LogFields {
  if (!(error instanceof Error)) return { errorName: typeof error };
  return {
    errorName: error.name,
    errorMessage: error.message,
    ...(error.stack !== undefined && { stack: error.stack }),
  };
}

function scrub(text: string): string {
  return text.replaceAll(LONG_DIGITS, '[digits]').replaceAll(URL_CREDENTIALS, '://[credentials]@');
}
