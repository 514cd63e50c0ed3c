import type { BearerTokens } from '../../../clients/bearer-tokens.js';
import type { HttpResponse, HttpClient } from '../../../clients/http-client.js';
import type { SinchSmsConfig } from '../../../config/config.js';
import { ProviderError } from '../../../errors/provider-error.js';
import {
  SINCH_SMS,
  batchBody,
  hasPlaceholder,
  parseBatchId,
  isTokenExpired,
  toProviderError,
} from './sinch-sms.wire.js';
import type { SmsMessage, SmsSender } from '../sms-sender.js';

/** Sends text messages through the Sinch SMS API, with a service plan or a project. */
export class SinchSmsService implements SmsSender {
  readonly name = SINCH_SMS;
  private readonly path: string;

  /** @param timeoutMs limit of a send, including its token request; a message may set a lower one */
  constructor(
    private readonly http: HttpClient,
    private readonly tokens: BearerTokens,
    private readonly config: SinchSmsConfig,
    private readonly timeoutMs: number,
  ) {
    const { credentials } = config;
    const account =
      credentials.kind === 'project' ? credentials.projectId : credentials.servicePlanId;
    this.path = `/xms/v1/${encodeURIComponent(account)}/batches`;
  }

  async send(message: SmsMessage): Promise<{ messageId: string }> {
    if (hasPlaceholder(message.text)) throw new ProviderError(SINCH_SMS, 'bad-credentials');
    const timeoutMs = Math.min(this.timeoutMs, message.timeoutMs);
    const deadline = performance.now() + timeoutMs;
    const body = batchBody(message, this.config);
    const token = await this.tokens.get(timeoutMs);
    let answer = await this.post(body, token, deadline);
    // The only retry: a request with an expired token certainly sent nothing.
    if (isTokenExpired(answer) && this.tokens.expired(token)) {
      const fresh = await this.tokens.get(timeLeft(deadline));
      answer = await this.post(body, fresh, deadline);
    }
    if (answer.status !== 201) throw toProviderError(answer);
    return { messageId: parseBatchId(answer) };
  }

  private post(body: string, token: string, deadline: number): Promise<HttpResponse> {
    return this.http.send({
      method: 'POST',
      path: this.path,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body,
      timeoutMs: timeLeft(deadline),
    });
  }
}

/** Milliseconds until the deadline. @throws ProviderError `unreachable` when none are left */
function timeLeft(deadline: number): number {
  const left = Math.floor(deadline - performance.now());
  if (left > 0) return left;
  throw new ProviderError(SINCH_SMS, 'unreachable');
}
