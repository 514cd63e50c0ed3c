import { StaticToken, type BearerTokens } from '../../../clients/bearer-tokens.js';
import type { HttpCall, HttpResponse, HttpClient } from '../../../clients/http-client.js';
import { sendOrFind } from '../../../clients/lost-response.js';
import { OAuthTokens } from '../../../clients/oauth-tokens.js';
import type { ProviderTools } from '../../../config/provider-record.js';
import { ProviderError } from '../../../errors/provider-error.js';
import {
  SINCH_SMS,
  batchBody,
  findBatchId,
  hasPlaceholder,
  parseBatchId,
  isTokenExpired,
  toProviderError,
  type SinchSmsConfig,
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
    return sendOrFind(
      timeoutMs,
      () => this.post(message, performance.now() + timeoutMs),
      (leftMs) => this.find(message, performance.now() + leftMs),
    );
  }

  private async post(message: SmsMessage, deadline: number): Promise<{ messageId: string }> {
    const call: HttpCall = {
      method: 'POST',
      path: this.path,
      headers: { 'content-type': 'application/json' },
      body: batchBody(message, this.config),
    };
    const token = await this.tokens.get(timeLeft(deadline));
    let answer = await this.call(call, token, deadline);
    // The only retry: a request with an expired token certainly sent nothing.
    if (isTokenExpired(answer) && this.tokens.expired(token)) {
      const fresh = await this.tokens.get(timeLeft(deadline));
      answer = await this.call(call, fresh, deadline);
    }
    if (answer.status !== 201) throw toProviderError(answer);
    return { messageId: parseBatchId(answer) };
  }

  /** The message with our reference, if Sinch has accepted it. */
  private async find(
    message: SmsMessage,
    deadline: number,
  ): Promise<{ messageId: string } | undefined> {
    const path = `${this.path}?client_reference=${encodeURIComponent(message.reference)}`;
    const token = await this.tokens.get(timeLeft(deadline));
    const answer = await this.call({ method: 'GET', path }, token, deadline);
    const messageId = answer.status === 200 ? findBatchId(answer, message) : undefined;
    return messageId === undefined ? undefined : { messageId };
  }

  private call(call: HttpCall, token: string, deadline: number): Promise<HttpResponse> {
    const headers = { ...call.headers, authorization: `Bearer ${token}` };
    return this.http.send({ ...call, headers, timeoutMs: timeLeft(deadline) });
  }
}

/** A sender with the tokens of its account: a fixed one of the plan, or OAuth tokens of the project. */
export function sinchSmsOf(config: SinchSmsConfig, tools: ProviderTools): SinchSmsService {
  const { credentials } = config;
  const tokens =
    credentials.kind === 'service-plan'
      ? new StaticToken(credentials.apiToken)
      : new OAuthTokens(tools.http(credentials.authUrl), { provider: SINCH_SMS, ...credentials });
  return new SinchSmsService(tools.http(config.url), tokens, config, tools.timeoutMs);
}

/** Milliseconds until the deadline. @throws ProviderError `unreachable` when none are left */
function timeLeft(deadline: number): number {
  const left = Math.floor(deadline - performance.now());
  if (left > 0) return left;
  throw new ProviderError(SINCH_SMS, 'unreachable');
}
