import type { HttpResponse, HttpClient } from '../../../clients/http-client.js';
import type { InfobipConfig } from '../../../config/config.js';
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
 * Infobip 2FA: Infobip makes the PIN, sends it and judges it; text and language are those of the message template.
 *
 * A resend of ours also sends a new PIN. Infobip's own resend repeats the same PIN, whereas a resend here replaces the
 * code: whoever has read the first message can do nothing with it any more.
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
    // Said in so many words: the lookup is on by default, and calls have none.
    const path = channel === 'voice' ? `${PINS}/voice` : `${PINS}?ncNeeded=${String(numberLookup)}`;
    const to = digitsOf(phoneNumber);
    // Tracked messages have an id, which is all that delivery reports say of them.
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
    // The answer to the send was lost and nothing can be looked up by: no code can ever be shown to be right.
    if (providerReference === null) return { approved: false, reason: 'wrong_code' };
    const path = `${PINS}/${encodeURIComponent(providerReference)}/verify`;
    const answer = await this.post(path, { pin: code });
    if (answer.status !== 200) return denialWithout200(answer);
    const { verified, msisdn, pinError } = parseResponse(verifyResponse, answer);
    // First of all: the tries left are 0 beside a success too.
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
 * Infobip forgets PINs, and says so with 404, or with 400 in older versions. A 400 that names the PIN typed in is about
 * its form: it is one that Infobip never sends.
 * @throws ProviderError for everything that is not about this PIN
 */
function denialWithout200(answer: HttpResponse): CheckOutcome {
  if (answer.status === 404) return { approved: false, reason: 'expired' };
  if (answer.status !== 400) throw toProviderError(answer);
  const error = parseError(answer);
  if (error?.code === 'TOO_MANY_REQUESTS') throw toProviderError(answer);
  const members = error?.members ?? [];
  if (members.length === 0) return { approved: false, reason: 'expired' };
  if (members.includes('pin')) return { approved: false, reason: 'wrong_code' };
  throw new ProviderError(INFOBIP_2FA, 'bad-response', { httpStatus: answer.status });
}
