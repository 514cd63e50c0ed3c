import type { HttpResponse, HttpClient } from '../../../clients/http-client.js';
import type { Channel } from '../../../domain/verification.js';
import { ProviderError } from '../../../errors/provider-error.js';
import {
  INFOBIP_2FA,
  denialReasonOf,
  digitsOf,
  parseError,
  requestHeaders,
  parseResponse,
  sendResponse,
  toProviderError,
  verifyResponse,
  isRejected,
  type InfobipConfig,
} from './infobip-2fa.wire.js';
import type {
  CheckOutcome,
  CheckSubject,
  SendResult,
  StartRequest,
  VerificationProvider,
} from '../provider.js';

const PINS = '/2fa/2/pin';

/**
 * Infobip 2FA API v2: Infobip generates, sends and checks the PIN. The template sets its text and language.
 *
 * A resend starts a new PIN: Infobip's own resend would repeat the old one, which must become invalid.
 */
export class Infobip2faService implements VerificationProvider {
  readonly name = INFOBIP_2FA;
  readonly channels: ReadonlySet<Channel> = new Set<Channel>(['sms', 'voice']);
  readonly supportsBinding = false;

  constructor(
    private readonly http: HttpClient,
    private readonly account: InfobipConfig,
  ) {}

  async start({ phoneNumber, channel, timeoutMs }: StartRequest): Promise<SendResult> {
    const { applicationId, messageId, numberLookup } = this.account;
    // Infobip's number lookup is on by default. Calls have none.
    const path = channel === 'voice' ? `${PINS}/voice` : `${PINS}?ncNeeded=${String(numberLookup)}`;
    const to = digitsOf(phoneNumber);
    // Only tracked messages have an id, and delivery reports carry nothing else.
    const body = { applicationId, messageId, to, trackDelivery: true };
    const answer = await this.post(path, body, { timeoutMs });
    if (answer.status !== 200) throw toProviderError(answer);
    const sent = parseResponse(sendResponse, answer);
    if (isRejected(sent)) throw new ProviderError(INFOBIP_2FA, 'rejected-destination');
    const { pinId, externalMessageId } = sent;
    return {
      providerReference: pinId,
      codeLength: null,
      ...(externalMessageId !== undefined && { providerMessageId: externalMessageId }),
    };
  }

  async check(subject: CheckSubject, code: string): Promise<CheckOutcome> {
    const { providerReference, phoneNumber } = subject;
    // The answer to the send was lost, and Infobip has no lookup by our reference.
    if (providerReference === null) return { approved: false, reason: 'wrong_code' };
    const path = `${PINS}/${encodeURIComponent(providerReference)}/verify`;
    const answer = await this.post(path, { pin: code });
    if (answer.status !== 200) return denialOf(answer);
    const { verified, msisdn, pinError } = parseResponse(verifyResponse, answer);
    // Decides alone: a success may also report 0 remaining attempts.
    if (!verified) return { approved: false, reason: denialReasonOf(pinError) };
    if (typeof msisdn === 'string' && digitsOf(msisdn) !== digitsOf(phoneNumber)) {
      throw new ProviderError(INFOBIP_2FA, 'bad-response', { httpStatus: answer.status });
    }
    return { approved: true };
  }

  private post(
    path: string,
    body: object,
    limit: { timeoutMs?: number } = {},
  ): Promise<HttpResponse> {
    const headers = requestHeaders(this.account.apiKey);
    return this.http.send({ method: 'POST', path, headers, body: JSON.stringify(body), ...limit });
  }
}

/**
 * An unknown PIN id gives 404, or 400 in older versions; a 400 that names `pin` means a malformed PIN.
 * @throws ProviderError for every answer that is not about this PIN
 */
function denialOf(answer: HttpResponse): CheckOutcome {
  if (answer.status === 404) return { approved: false, reason: 'expired' };
  if (answer.status !== 400) throw toProviderError(answer);
  const error = parseError(answer);
  if (error?.code === 'TOO_MANY_REQUESTS') throw toProviderError(answer);
  const members = error?.members ?? [];
  if (members.length === 0) return { approved: false, reason: 'expired' };
  if (members.includes('pin')) return { approved: false, reason: 'wrong_code' };
  throw new ProviderError(INFOBIP_2FA, 'bad-response', { httpStatus: answer.status });
}
