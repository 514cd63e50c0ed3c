import type { HttpResponse, HttpCall, HttpClient } from '../../../clients/http-client.js';
import { basicAuthorization, signSinchRequest } from '../../../clients/sinch-signing.js';
import { baseOfTag } from '../../../domain/language-tag.js';
import { CHANNELS, type Channel } from '../../../domain/verification.js';
import { sendOrFind } from '../../../clients/lost-response.js';
import { ProviderError } from '../../../errors/provider-error.js';
import {
  METHODS,
  NEEDS_DEVICE_FACTS,
  parseDeviceFacts,
  isSpokenIn,
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
  type SinchVerificationConfig,
  type StatusResponse,
} from './sinch-verification.wire.js';
import type {
  CheckOutcome,
  CheckSubject,
  SendResult,
  StartRequest,
  VerificationProvider,
} from '../provider.js';

const VERIFICATIONS = '/verification/v1/verifications';
/** A reference that no send has. */
export const ACCESS_CHECK_REFERENCE = 'proofline-access-check';
const CONTENT_TYPE = 'application/json';
// Sinch has accepted the request, but sent nothing.
const NOT_SENT_STATUSES: ReadonlySet<string> = new Set(['DENIED', 'ERROR']);

/**
 * Sinch Verification API v1: Sinch generates, sends and checks the code. For `seamless` Sinch verifies the
 * device's own request, and a check reads the result. Starting a verification aborts the number's pending one
 * at Sinch.
 */
export class SinchVerificationService implements VerificationProvider {
  readonly name = SINCH_VERIFICATION;
  readonly channels: ReadonlySet<Channel> = new Set(CHANNELS);
  readonly supportsBinding = false;

  constructor(
    private readonly http: HttpClient,
    private readonly credentials: SinchVerificationConfig,
  ) {}

  start(request: StartRequest): Promise<SendResult> {
    return sendOrFind(
      request.timeoutMs,
      () => this.begin(request),
      (timeoutMs) => this.findStarted(request, timeoutMs),
    );
  }

  private async begin(request: StartRequest): Promise<SendResult> {
    const deadline = performance.now() + request.timeoutMs;
    let answer = await this.post(request);
    // Sinch speaks a few languages that it does not list. Its own 400 has started nothing, so the call can be
    // asked for again, in the default language. A gateway's has no error code and proves nothing.
    const isRefused = answer.status === 400 && errorCodeOf(answer) !== undefined;
    const timeoutMs = Math.floor(deadline - performance.now());
    if (isRefused && isSpokenIn(request) && timeoutMs > 0) {
      answer = await this.post({ ...request, locale: null, timeoutMs });
    }
    if (answer.status !== 200) throw toProviderError(answer);
    const started = parseResponse(startResponse, answer);
    const device = parseDeviceFacts(request.channel, started);
    return { providerReference: started.id, codeLength: null, ...(device && { device }) };
  }

  private post(request: StartRequest): Promise<HttpResponse> {
    const { channel, locale, timeoutMs } = request;
    const language = locale === null ? undefined : baseOfTag(locale);
    return this.call({
      method: 'POST',
      path: VERIFICATIONS,
      timeoutMs,
      headers: language === undefined ? {} : { 'accept-language': language },
      body: JSON.stringify({
        identity: { type: 'number', endpoint: request.phoneNumber },
        method: METHODS[channel],
        reference: request.sendReference,
        // Sinch accepts options only in signed requests.
        ...(this.credentials.auth === 'application' && startOptions(request)),
      }),
    });
  }

  async check(subject: CheckSubject, code: string): Promise<CheckOutcome> {
    const { channel, providerReference } = subject;
    if (!isValidCode(channel, code)) return { approved: false, reason: 'wrong_code' };
    if (channel === 'seamless') return this.outcomeOf(await this.call(statusCall(subject)));
    const id = providerReference ?? (await this.findByReference(subject.sendReference))?.id;
    if (id === undefined) return { approved: false, reason: 'wrong_code' };
    const answer = await this.call({
      method: 'PUT',
      path: `${VERIFICATIONS}/id/${encodeURIComponent(id)}`,
      body: JSON.stringify(reportBody(channel, code)),
    });
    return this.outcomeOf(answer);
  }

  /** @throws ProviderError when the account or the address cannot be used */
  async requireAccess(): Promise<void> {
    await this.findByReference(ACCESS_CHECK_REFERENCE);
  }

  async wasApproved(subject: CheckSubject): Promise<boolean> {
    const answer = await this.call(statusCall(subject));
    if (answer.status === 200) return parseResponse(statusResponse, answer).status === 'SUCCESSFUL';
    throw toProviderError(answer);
  }

  private outcomeOf(answer: HttpResponse): CheckOutcome {
    if (answer.status === 200) {
      const { status, reason } = parseResponse(reportResponse, answer);
      if (status === 'SUCCESSFUL') return { approved: true };
      return { approved: false, reason: denialReasonOf(status, reason) };
    }
    const code = errorCodeOf(answer);
    if (code === 40003 || code === 40001) return { approved: false, reason: 'wrong_code' };
    if (code === 40400) return { approved: false, reason: 'expired' };
    throw toProviderError(answer);
  }

  /** A started verification whose response was lost. Its status has no data for the device. */
  private async findStarted(
    { channel, sendReference }: StartRequest,
    timeoutMs: number,
  ): Promise<SendResult | undefined> {
    if (NEEDS_DEVICE_FACTS.has(channel)) return undefined;
    const found = await this.findByReference(sendReference, timeoutMs);
    if (!found || NOT_SENT_STATUSES.has(found.status)) return undefined;
    return { providerReference: found.id, codeLength: null };
  }

  /**
   * Finds a send whose answer was lost by our reference. A lookup by number could return a later
   * verification, whose code must not count here.
   */
  private async findByReference(
    sendReference: string,
    timeoutMs = Infinity,
  ): Promise<StatusResponse | undefined> {
    const call = statusCall({ sendReference, providerReference: null });
    const answer = await this.call({ ...call, timeoutMs });
    if (answer.status === 200) return parseResponse(statusResponse, answer);
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
    // The signature covers the content type, so a request without a body has none.
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

function statusCall({
  providerReference: id,
  sendReference,
}: Pick<CheckSubject, 'providerReference' | 'sendReference'>): HttpCall {
  const [kind, key] = id === null ? ['reference', sendReference] : ['id', id];
  return { method: 'GET', path: `${VERIFICATIONS}/${kind}/${encodeURIComponent(key)}` };
}
