import { SEAMLESS_CODE, type Channel, type DeviceFacts } from '../../../domain/verification.js';
import { ProviderError } from '../../../errors/provider-error.js';
import { SINCH_VERIFICATION, type StartResponse } from './sinch-verification.wire.js';
import type { StartRequest } from '../provider.js';

/** What differs between the methods of the Sinch Verification API (its OpenAPI 2.0.1). */

/** Our channels as Sinch calls them. */
export const METHODS: Readonly<Record<Channel, string>> = {
  sms: 'sms',
  voice: 'callout',
  flashcall: 'flashcall',
  whatsapp: 'whatsapp',
  seamless: 'seamless',
};

const DIGITS = /^[0-9]{4,10}$/;
/** What a device can report: a code, the caller's number, or that it has opened the address. */
const CODE_FORMATS: Readonly<Record<Channel, RegExp>> = {
  sms: DIGITS,
  voice: DIGITS,
  flashcall: /^\+[1-9][0-9]{6,14}$/,
  whatsapp: DIGITS,
  seamless: new RegExp(`^${SEAMLESS_CODE}$`),
};

const MAX_FLASH_CALL_SECONDS = 120;
// Sinch speaks a subset of these and does not say which.
const LANGUAGE_AND_REGION = /^[A-Za-z]{2,3}-[A-Za-z]{2}$/;

type Asked = Pick<StartRequest, 'channel' | 'locale' | 'ttlSeconds'>;

/** The options object of a start: our time to live where Sinch takes one, digits only, the language of a call. */
export function startOptions({ channel, locale, ttlSeconds }: Asked): object {
  switch (channel) {
    case 'sms':
      return { smsOptions: { expiry: new Date(ttlSeconds * 1000).toISOString().slice(11, 19) } };
    case 'voice':
      if (locale === null || !LANGUAGE_AND_REGION.test(locale)) return {};
      return { calloutOptions: { speech: { locale } } };
    case 'flashcall': {
      const interceptionTimeout = Math.min(ttlSeconds, MAX_FLASH_CALL_SECONDS);
      return { flashCallOptions: { interceptionTimeout } };
    }
    case 'whatsapp':
      return { whatsappOptions: { codeType: 'Numeric' } };
    case 'seamless':
      return {};
  }
}

/**
 * What the device has to know for its part.
 * @throws ProviderError `bad-response` when Sinch does not say it
 */
export function parseDeviceFacts(
  channel: Channel,
  started: StartResponse,
): DeviceFacts | undefined {
  if (channel !== 'flashcall' && channel !== 'seamless') return undefined;
  const { flashCall, seamless } = started;
  if (channel === 'flashcall' && flashCall) return { cliFilter: flashCall.cliFilter };
  if (channel === 'seamless' && seamless) return { targetUri: seamless.targetUri };
  throw new ProviderError(SINCH_VERIFICATION, 'bad-response', { httpStatus: 200 });
}

/** Whether the channel can carry such a code at all. */
export function isValidCode(channel: Channel, code: string): boolean {
  return CODE_FORMATS[channel].test(code);
}

/** The body of a report. There is none for `seamless`: there the device reports by itself. */
export function reportBody(channel: Exclude<Channel, 'seamless'>, code: string): object {
  if (channel === 'flashcall') return { method: METHODS[channel], flashCall: { cli: code } };
  return { method: METHODS[channel], [METHODS[channel]]: { code } };
}
