import { createLogger as createWinston, format } from 'winston';
import type { LogFields } from './log-fields.js';
import { jsonLine, type LogEntry } from './log-line.js';
import { LineTransport } from './line-transport.js';
import { currentRequest } from './request-scope.js';
import { TerminalLog } from './terminal-log.js';

/** `message` is a constant; variable data goes into allow-listed fields. */
export interface Logger {
  error(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  debug(message: string, fields?: LogFields): void;
}

export interface LoggerOptions {
  level: string;
  /** Lines for a developer's terminal instead of JSON. */
  terminal?: { hasColours: boolean };
  stream?: NodeJS.WritableStream;
}

/** Creates a winston logger. Lines within a request contain its id and client address. */
export function createLogger(options: LoggerOptions): Logger {
  const terminal = options.terminal && new TerminalLog(options.terminal.hasColours);
  const toLine = (entry: LogEntry) => (terminal ? entry.message : jsonLine(entry));
  const winston = createWinston({
    level: options.level,
    format: format.printf((info) => toLine(info as unknown as LogEntry)),
    // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- winston's types disagree
    transports: [new LineTransport(options.stream ?? process.stdout)],
  });
  const write = (level: keyof Logger) => {
    // winston would format lines below the level before it drops them.
    if (!winston.isLevelEnabled(level)) return () => undefined;
    return (message: string, fields?: LogFields) => {
      // Read here: winston may format the line later, outside of the request's scope.
      const entry: LogEntry = { level, message, fields, request: currentRequest() };
      if (!terminal) {
        winston.log(entry);
        return;
      }
      const line = terminal.text(entry);
      if (line !== undefined) winston.log({ level, message: line });
    };
  };
  return { error: write('error'), warn: write('warn'), info: write('info'), debug: write('debug') };
}

/** Fields of an unexpected error that are safe to log. */
export function errorFields(error: unknown): LogFields {
  if (!(error instanceof Error)) return { errorName: typeof error };
  return {
    errorName: error.name,
    errorMessage: error.message,
    ...(error.stack !== undefined && { stack: error.stack }),
  };
}
