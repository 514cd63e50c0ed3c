/**
 * What a log line may hold, by name. The logger drops every other key, so that a code, a secret or a whole
 * number cannot slip in through an object that somebody logs in good faith.
 */
export interface LogFields {
  requestId?: string;
  method?: string;
  /** The route's template, never the address as it was called. */
  route?: string;
  status?: number;
  durationMs?: number;
  ip?: string;
  verificationId?: string;
  accountId?: string;
  sessionId?: string;
  /** Which second factor. */
  factor?: string;
  /** Masked by `maskPhoneNumber`. */
  phone?: string;
  country?: string;
  channel?: string;
  purpose?: string;
  provider?: string;
  /** What a provider was asked to do. */
  operation?: string;
  /** What a provider called back about, in a word of ours. */
  event?: string;
  providerStatus?: number;
  providerCode?: string;
  errorCode?: string;
  errorName?: string;
  /** Only for errors of our own code or the database driver's class, never a provider's text. */
  errorMessage?: string;
  sqlState?: string;
  stack?: string;
  outcome?: string;
  limit?: string;
  attempts?: number;
  url?: string;
  port?: number;
  signal?: string;
  version?: string;
  count?: number;
  names?: string[];
  /** Who used the operator's tools: the account on that machine. */
  operator?: string;
}

export const LOG_FIELD_NAMES: ReadonlySet<string> = new Set<keyof LogFields>([
  'requestId',
  'method',
  'route',
  'status',
  'durationMs',
  'ip',
  'verificationId',
  'accountId',
  'sessionId',
  'factor',
  'phone',
  'country',
  'channel',
  'purpose',
  'provider',
  'operation',
  'event',
  'providerStatus',
  'providerCode',
  'errorCode',
  'errorName',
  'errorMessage',
  'sqlState',
  'stack',
  'outcome',
  'limit',
  'attempts',
  'url',
  'port',
  'signal',
  'version',
  'count',
  'names',
  'operator',
]);
