/**
 * Allow-list of log fields. The logger drops all other keys, so codes, secrets and whole numbers are never
 * logged.
 */
export interface LogFields {
  requestId?: string;
  method?: string;
  /** Path template, never the actual path. */
  route?: string;
  /** Path of a request without a route, masked. Only for a developer's terminal: not in the list. */
  path?: string;
  status?: number;
  durationMs?: number;
  ip?: string;
  verificationId?: string;
  accountId?: string;
  applicationId?: string;
  /** Id of a key, never its secret. */
  keyId?: string;
  sessionId?: string;
  factor?: string;
  endpointId?: string;
  /** Masked by `maskPhoneNumber`. */
  phone?: string;
  country?: string;
  channel?: string;
  purpose?: string;
  provider?: string;
  operation?: string;
  event?: string;
  providerStatus?: number;
  providerCode?: string;
  errorCode?: string;
  errorName?: string;
  /** Message of our own and database errors; never a provider's text. */
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
  /** User name of the operator on the machine. */
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
  'applicationId',
  'keyId',
  'sessionId',
  'factor',
  'endpointId',
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
