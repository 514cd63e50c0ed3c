import { createLogger as createWinston, format } from 'winston';
import type { LogFields } from './log-fields.js';
import { jsonLine, readableLine, type LogEntry } from './log-line.js';
import { LineTransport } from './line-transport.js';
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

/** A winston logger behind our own narrow interface. Lines of a request carry its facts by themselves. */
export function createLogger(options: LoggerOptions): Logger {
  const toLine = options.pretty === true ? readableLine : jsonLine;
  const winston = createWinston({
    level: options.level,
    format: format.printf((info) => toLine(info as unknown as LogEntry)),
    // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- winston's own types disagree
    transports: [new LineTransport(options.stream ?? process.stdout)],
  });
  const write = (level: keyof Logger) => {
    // Asked once: winston formats every line before it sees that nobody wants it.
    if (!winston.isLevelEnabled(level)) return () => undefined;
    return (message: string, fields?: LogFields) => {
      // Here and not in the format: winston may format a line later, when the request that wrote it is not
      // known any more.
      const entry: LogEntry = { level, message, fields, request: currentRequest() };
      winston.log(entry);
    };
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
