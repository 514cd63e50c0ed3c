import { styleText } from 'node:util';
import { LOG_FIELD_NAMES, type LogFields } from './log-fields.js';
import { redact, type LogEntry } from './log-line.js';

type Style = Parameters<typeof styleText>[0];

/** Bound of each of the two lists below. */
const MAX_REQUESTS = 200;
/** Fields of its events that the line of a request shows: their values, in this order. */
const EVENT_FIELDS = [
  'outcome',
  'errorCode',
  'limit',
  'phone',
  'channel',
  'provider',
  'factor',
  'event',
] as const satisfies (keyof LogFields)[];
const HIDDEN_FIELDS: ReadonlySet<string> = new Set(['ip', 'stack']);
const MAX_LIST_LENGTH = 3;

const LEVEL_STYLES: Readonly<Record<string, Style>> = { error: 'red', warn: 'yellow' };

/**
 * Formats the log for a developer's terminal, in local time: one line per request, which includes the events
 * of the request, and one line per warning, error and event outside of a request.
 */
export class TerminalLog {
  /** The last event of each open request, with the fields of the earlier ones. */
  private readonly openRequests = new Map<string, LogEntry>();
  private readonly endedRequests = new Set<string>();

  constructor(private readonly hasColours: boolean) {}

  /** Undefined for an event that the line of its request will include, and for served pages and files. */
  text(entry: LogEntry): string | undefined {
    const fields = { ...entry.request, ...entry.fields };
    const { requestId } = fields;
    if (requestId === undefined) return this.eventText(entry, fields);
    if (entry.message === 'http.request' || entry.message === 'http.aborted') {
      const event = this.end(requestId);
      return isPageOrFile(fields) ? undefined : this.requestText(entry, fields, event);
    }
    if (entry.level !== 'info' || this.endedRequests.has(requestId)) {
      return this.eventText(entry, fields);
    }
    if (this.openRequests.size >= MAX_REQUESTS) return this.eventText(entry, fields);
    const earlier = this.openRequests.get(requestId)?.fields;
    this.openRequests.set(requestId, { ...entry, fields: { ...earlier, ...entry.fields } });
    return undefined;
  }

  private end(requestId: string): LogEntry | undefined {
    const event = this.openRequests.get(requestId);
    this.openRequests.delete(requestId);
    this.endedRequests.add(requestId);
    const [oldest] = this.endedRequests;
    if (this.endedRequests.size > MAX_REQUESTS && oldest !== undefined) {
      this.endedRequests.delete(oldest);
    }
    return event;
  }

  private requestText(entry: LogEntry, fields: LogFields, event: LogEntry | undefined): string {
    const { method = '', route = 'none', path, status = 0, durationMs = 0 } = fields;
    const isAborted = entry.message === 'http.aborted';
    const result = isAborted ? 'aborted' : String(status);
    const parts = [
      this.paint('dim', localTime()),
      this.paint('bold', method.padEnd(4)),
      printable(path ?? route),
      this.paint(isAborted ? 'yellow' : styleOf(status), result),
      this.paint('dim', `${Math.round(durationMs)} ms`),
    ];
    return [parts.join(' '), ...(event ? [summaryOf(event)] : [])].join('  ');
  }

  private eventText({ level, message }: LogEntry, fields: LogFields): string {
    const style = LEVEL_STYLES[level];
    const members = Object.entries(fields)
      .filter(([name]) => LOG_FIELD_NAMES.has(name) && !HIDDEN_FIELDS.has(name))
      .map(([name, value]) => `${name}=${printable(redact(name, shortened(value)))}`);
    const head =
      style === undefined ? message : this.paint(style, `${level.toUpperCase()} ${message}`);
    const line = [this.paint('dim', localTime()), head, ...members].join(' ');
    const stack = String(redact('stack', fields.stack ?? ''))
      .split('\n')
      .filter((frame) => frame.trimStart().startsWith('at '));
    return [line, ...stack.map((frame) => this.paint('dim', printable(frame)))].join('\n');
  }

  private paint(style: Style, text: string): string {
    return this.hasColours ? styleText(style, text, { validateStream: false }) : text;
  }
}

/** `otp.denied wrong_code +1415*****71 sms sinch-verification, attempt 1` */
function summaryOf({ message, fields = {} }: LogEntry): string {
  const values = EVENT_FIELDS.map((name) => fields[name]).filter((value) => value !== undefined);
  const summary = [...new Set([message, ...values])].map(printable).join(' ');
  return fields.attempts === undefined ? summary : `${summary}, attempt ${fields.attempts}`;
}

/** The pages, their files and the simulated phones, which a page polls every second. */
function isPageOrFile({ route, status = 0 }: LogFields): boolean {
  return route === 'none' && status < 400;
}

function styleOf(status: number): Style {
  if (status >= 500) return 'red';
  if (status >= 400) return 'yellow';
  return 'green';
}

function shortened(value: unknown): unknown {
  return Array.isArray(value) && value.length > MAX_LIST_LENGTH ? `(${value.length})` : value;
}

/** Replaces control characters, which could change the terminal. */
function printable(value: unknown): string {
  return String(value).replaceAll(/\p{Cc}/gu, ' ');
}

function localTime(): string {
  const now = new Date();
  const parts = [now.getHours(), now.getMinutes(), now.getSeconds()];
  return parts.map((part) => String(part).padStart(2, '0')).join(':');
}
