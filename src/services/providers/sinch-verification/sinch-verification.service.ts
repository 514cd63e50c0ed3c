import type { HttpResponse, HttpCall, HttpClient } from '../../../clients/http-client.js';
import { basicAuthorization, signSinchRequest } from '../../../clients/sinch-signing.js';
import type { SinchVerificationConfig } from '../../../config/config.js';
import { CHANNELS, type Channel } from '../../../domain/verification.js';
import { ProviderError } from '../../../errors/provider-error.js';
import {
  METHODS,
  parseDeviceFacts,
  isValidCode,
  reportBody,
  startOptions,
} from './sinch-verification.channels.js';
import {
  SINCH_VERIFICATION,
  denialReasonOf,
  errorCodeOf,
  parseResponse,
  reportResponse,
  startResponse,
  statusResponse,
  toProviderError,
} from './sinch-verification.wire.js';
import type {
  CheckOutcome,
  CheckSubject,
  SendResult,
  StartRequest,
  VerificationProvider,
} from '../provider.js';

const VERIFICATIONS = '/verification/v1/verifications';
const CONTENT_TYPE = 'application/json';

/**
 * Sinch Verification: Sinch makes the code, sends it and judges it; with `seamless` it judges the device's own call and
 * is asked what came of it. Starting a verification for a number aborts the one that Sinch still had pending for it: a
 * rule of Sinch that nothing here can change.
 */
export class SinchVerificationService implements VerificationProvider {
  readonly name = SINCH_VERIFICATION;
  readonly channels: ReadonlySet<Channel> = new Set(CHANNELS);
  readonly supportsBinding = false;

  constructor(
    private readonly http: HttpClient,
    private readonly credentials: SinchVerificationConfig,
  ) {}

  async start(request: StartRequest): Promise<SendResult> {
    const { channel, locale, timeoutMs } = request;
    const answer = await this.call({
      method: 'POST',
      path: VERIFICATIONS,
      timeoutMs,
      headers: locale === null ? {} : { 'accept-language': locale },
      body: JSON.stringify({
        identity: { type: 'number', endpoint: request.phoneNumber },
        method: METHODS[channel],
        reference: request.sendReference,
        // Sinch reads options only in signed requests.
        ...(this.credentials.auth === 'application' && startOptions(request)),
      }),
    });
    if (answer.status !== 200) throw toProviderError(answer);
    const started = parseResponse(startResponse, answer);
    const device = parseDeviceFacts(channel, started);
    return { providerReference: started.id, codeLength: null, ...(device && { device }) };
  }

  async check(subject: CheckSubject, code: string): Promise<CheckOutcome> {
    const { channel, providerReference } = subject;
    // What the channel never carries is wrong, without anybody being asked.
    if (!isValidCode(channel, code)) return { approved: false, reason: 'wrong_code' };
    if (channel === 'seamless') return this.judge(await this.call(statusCall(subject)));
    const id = providerReference ?? (await this.findId(subject.sendReference));
    if (id === undefined) return { approved: false, reason: 'wrong_code' };
    const answer = await this.call({
      method: 'PUT',
      path: `${VERIFICATIONS}/id/${encodeURIComponent(id)}`,
      body: JSON.stringify(reportBody(channel, code)),
    });
    return this.judge(answer);
  }

  private judge(answer: HttpResponse): CheckOutcome {
    if (answer.status === 200) {
      const { status, reason } = parseResponse(reportResponse, answer);
      if (status === 'SUCCESSFUL') return { approved: true };
      return { approved: false, reason: denialReasonOf(status, reason) };
    }
    const code = errorCodeOf(answer);
    // Wrong code, or a code of a form that Sinch never sends.
    if (code === 40003 || code === 40001) return { approved: false, reason: 'wrong_code' };
    if (code === 40400) return { approved: false, reason: 'expired' };
    throw toProviderError(answer);
  }

  /**
   * The id of a send whose answer was lost, by our own reference. Not by number: another verification may have
   * been started for the number since, and its code must not count here.
   */
  private async findId(sendReference: string): Promise<string | undefined> {
    const answer = await this.call(statusCall({ sendReference, providerReference: null }));
    if (answer.status === 200) return parseResponse(statusResponse, answer).id;
    if (errorCodeOf(answer) === 40400) return undefined;
    throw toProviderError(answer);
  }

  private async call(call: HttpCall): Promise<HttpResponse> {
    const answer = await this.http.send({
      ...call,
      headers: { ...call.headers, ...this.authorize(call) },
    });
    if (answer.status >= 300 && answer.status < 400) {
      throw new ProviderError(SINCH_VERIFICATION, 'bad-response', { httpStatus: answer.status });
    }
    return answer;
  }

  private authorize(call: HttpCall): Record<string, string> {
    const { applicationKey, applicationSecret, auth } = this.credentials;
    // No type without a body: what is signed must be what is sent.
    const type: Record<string, string> =
      call.body === undefined ? {} : { 'content-type': CONTENT_TYPE };
    if (auth === 'basic') {
      return { ...type, authorization: basicAuthorization(applicationKey, applicationSecret) };
    }
    const timestamp = new Date().toISOString();
    const path = this.http.pathOf(call.path);
    const { method, body = '' } = call;
    return {
      ...type,
      ...signSinchRequest({
        applicationKey,
        applicationSecret,
        method,
        path,
        body,
        contentType: type['content-type'] ?? '',
        timestamp,
      }),
    };
  }
}

/** Asks where a send stands: by Sinch's id, or by our reference where that was never told. */
function statusCall({
  providerReference: id,
  sendReference,
}: Pick<CheckSubject, 'providerReference' | 'sendReference'>): HttpCall {
  const [kind, key] = id === null ? ['reference', sendReference] : ['id', id];
  return { method: 'GET', path: `${VERIFICATIONS}/${kind}/${encodeURIComponent(key)}` };
}
