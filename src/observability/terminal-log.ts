import { styleText } from 'node:util';
import { LOG_FIELD_NAMES, type LogFields } from './log-fields.js';
import { clean, type LogEntry } from './log-line.js';

type Style = Parameters<typeof styleText>[0];

/** Requests whose events wait for their line, and requests that are remembered as ended. */
const MAX_REQUESTS = 200;
/** What a request's line tells of its events, in this order and without the names. */
const TOLD = [
  'outcome',
  'errorCode',
  'limit',
  'phone',
  'channel',
  'provider',
  'factor',
  'event',
] as const satisfies (keyof LogFields)[];
const NOT_IN_EVENTS: ReadonlySet<string> = new Set(['ip', 'stack']);
const LONG_LIST = 3;

const LEVEL_STYLES: Readonly<Record<string, Style>> = { error: 'red', warn: 'yellow' };

/**
 * Lines for a developer's terminal, in local time: one for a request with what its events say, and one for every
 * other event, warning and error.
 */
export class TerminalLog {
  private readonly waiting = new Map<string, LogEntry>();
  private readonly ended = new Set<string>();

  constructor(private readonly hasColours: boolean) {}

  /** The text of an entry; undefined when the line of its request will tell it, or nothing needs to. */
  text(entry: LogEntry): string | undefined {
    const fields = { ...entry.request, ...entry.fields };
    const { requestId } = fields;
    if (requestId === undefined) return this.eventText(entry, fields);
    if (entry.message === 'http.request' || entry.message === 'http.aborted') {
      const told = this.end(requestId);
      return isPageOrFile(fields) ? undefined : this.requestText(entry, fields, told);
    }
    if (entry.level !== 'info' || this.ended.has(requestId)) return this.eventText(entry, fields);
    if (this.waiting.size >= MAX_REQUESTS) return this.eventText(entry, fields);
    const earlier = this.waiting.get(requestId)?.fields;
    this.waiting.set(requestId, { ...entry, fields: { ...earlier, ...entry.fields } });
    return undefined;
  }

  private end(requestId: string): LogEntry | undefined {
    const told = this.waiting.get(requestId);
    this.waiting.delete(requestId);
    this.ended.add(requestId);
    const [oldest] = this.ended;
    if (this.ended.size > MAX_REQUESTS && oldest !== undefined) this.ended.delete(oldest);
    return told;
  }

  private requestText(entry: LogEntry, fields: LogFields, told: LogEntry | undefined): string {
    const { method = '', route = 'none', path, status = 0, durationMs = 0 } = fields;
    const isAborted = entry.message === 'http.aborted';
    const result = isAborted ? 'aborted' : String(status);
    const parts = [
      this.paint('dim', localTime()),
      this.paint('bold', method.padEnd(4)),
      plain(path ?? route),
      this.paint(isAborted ? 'yellow' : styleOf(status), result),
      this.paint('dim', `${Math.round(durationMs)} ms`),
    ];
    return [parts.join(' '), ...(told ? [eventOf(told)] : [])].join('  ');
  }

  private eventText({ level, message }: LogEntry, fields: LogFields): string {
    const style = LEVEL_STYLES[level];
    const members = Object.entries(fields)
      .filter(([name]) => LOG_FIELD_NAMES.has(name) && !NOT_IN_EVENTS.has(name))
      .map(([name, value]) => `${name}=${plain(clean(name, shortened(value)))}`);
    const head =
      style === undefined ? message : this.paint(style, `${level.toUpperCase()} ${message}`);
    const line = [this.paint('dim', localTime()), head, ...members].join(' ');
    const stack = String(clean('stack', fields.stack ?? ''))
      .split('\n')
      .filter((frame) => frame.trimStart().startsWith('at '));
    return [line, ...stack.map((frame) => this.paint('dim', plain(frame)))].join('\n');
  }

  private paint(style: Style, text: string): string {
    return this.hasColours ? styleText(style, text, { validateStream: false }) : text;
  }
}

/** `otp.denied wrong_code +1415*****71 sms sinch-verification, attempt 1` */
function eventOf({ message, fields = {} }: LogEntry): string {
  const values = TOLD.map((name) => fields[name]).filter((value) => value !== undefined);
  const told = [...new Set([message, ...values])].map(plain).join(' ');
  return fields.attempts === undefined ? told : `${told}, attempt ${fields.attempts}`;
}

/** The pages, their files and the simulated phones, which a page asks all the time. */
function isPageOrFile({ route, status = 0 }: LogFields): boolean {
  return route === 'none' && status < 400;
}

function styleOf(status: number): Style {
  if (status >= 500) return 'red';
  if (status >= 400) return 'yellow';
  return 'green';
}

function shortened(value: unknown): unknown {
  return Array.isArray(value) && value.length > LONG_LIST ? `(${value.length})` : value;
}

/** Without what would control the terminal. */
function plain(value: unknown): string {
  return String(value).replaceAll(/\p{Cc}/gu, ' ');
}

function localTime(): string {
  const now = new Date();
  const parts = [now.getHours(), now.getMinutes(), now.getSeconds()];
  return parts.map((part) => String(part).padStart(2, '0')).join(':');
}
