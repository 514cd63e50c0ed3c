import type { LogFields } from './log-fields.js';
import type { Logger } from './logger.js';
import type { Metrics } from './metrics.js';

type Count = (metrics: Metrics, fields: LogFields) => void;

const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'DELETE', 'OPTIONS']);
const CLIENT_CLOSED_REQUEST = 499;

const COUNTERS: Readonly<Record<string, Count>> = {
  'http.request': (metrics, fields) => countRequest(metrics, fields, fields.status),
  'http.aborted': (metrics, fields) => countRequest(metrics, fields, CLIENT_CLOSED_REQUEST),
  'otp.sent': (metrics, fields) => countSend(metrics, fields, 'sent'),
  'otp.send_failed': (metrics, fields) => countSend(metrics, fields, fields.outcome),
  'otp.failed_over': countFailover,
  'otp.verified': (metrics, fields) => countCheck(metrics, fields, 'approved'),
  'otp.denied': (metrics, fields) => countCheck(metrics, fields, fields.outcome),
  'otp.check_failed': (metrics, fields) => countCheck(metrics, fields, fields.outcome),
  'provider.call': countProviderCall,
  'callback.received': countCallback,
  'callback.refused': countCallback,
  'webhook.delivered': countWebhook,
  'webhook.failed': countWebhook,
  'account.logged_in': countLogin,
  'account.login_refused': countLogin,
  'account.token_reused': countLogin,
  'limit.hit': ({ refusals }, { limit = 'none' }) => refusals.inc({ limit }),
};

/** A logger that derives metrics from log events, so that both always agree. Counts at every log level. */
export function countingLogger(logger: Logger, metrics: Metrics): Logger {
  const countAndLog = (level: keyof Logger) => (message: string, fields?: LogFields) => {
    COUNTERS[message]?.(metrics, fields ?? {});
    logger[level](message, fields);
  };
  return {
    error: countAndLog('error'),
    warn: countAndLog('warn'),
    info: countAndLog('info'),
    debug: countAndLog('debug'),
  };
}

function countRequest(metrics: Metrics, fields: LogFields, status = 0): void {
  const { route = 'none', method = '', durationMs = 0 } = fields;
  const labels = { route, method: METHODS.has(method) ? method : 'other' };
  metrics.requests.inc({ ...labels, status });
  metrics.requestSeconds.observe(labels, durationMs / 1000);
}

function countSend({ sends }: Metrics, fields: LogFields, outcome = 'none'): void {
  const { provider = 'none', channel = 'none', country = 'none' } = fields;
  sends.inc({ provider, channel, country, outcome });
}

function countFailover({ failovers }: Metrics, fields: LogFields): void {
  const { provider = 'none', channel = 'none', outcome = 'none' } = fields;
  failovers.inc({ provider, channel, outcome });
}

function countCheck({ checks }: Metrics, fields: LogFields, outcome = 'none'): void {
  const { provider = 'none', channel = 'none', country = 'none' } = fields;
  checks.inc({ provider, channel, country, outcome });
}

function countCallback({ callbacks }: Metrics, fields: LogFields): void {
  const { provider = 'none', event = 'none', outcome = 'none' } = fields;
  callbacks.inc({ provider, event, outcome });
}

function countWebhook({ webhooks }: Metrics, fields: LogFields): void {
  const { event = 'none', outcome = 'none', durationMs = 0 } = fields;
  webhooks.observe({ event, outcome }, durationMs / 1000);
}

function countLogin(
  { logins }: Metrics,
  { factor = 'password', outcome = 'done' }: LogFields,
): void {
  logins.inc({ factor, outcome });
}

function countProviderCall({ providerSeconds }: Metrics, fields: LogFields): void {
  const { provider = 'none', operation = 'none', outcome = 'none', durationMs = 0 } = fields;
  providerSeconds.observe({ provider, operation, outcome }, durationMs / 1000);
}
