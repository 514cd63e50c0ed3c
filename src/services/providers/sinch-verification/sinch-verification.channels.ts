import { baseOfTag } from '../../../domain/language-tag.js';
import { SEAMLESS_CODE, type Channel, type DeviceFacts } from '../../../domain/verification.js';
import { ProviderError } from '../../../errors/provider-error.js';
import { SINCH_VERIFICATION, type StartResponse } from './sinch-verification.wire.js';
import type { StartRequest } from '../provider.js';

/** The methods of the Sinch Verification API v1 (OpenAPI 2.0.1). */

export const METHODS: Readonly<Record<Channel, string>> = {
  sms: 'sms',
  voice: 'callout',
  flashcall: 'flashcall',
  whatsapp: 'whatsapp',
  seamless: 'seamless',
};

const DIGITS = /^[0-9]{4,10}$/;
/** The report of a device: a code, the caller's number, or that it opened the target URI. */
const CODE_FORMATS: Readonly<Record<Channel, RegExp>> = {
  sms: DIGITS,
  voice: DIGITS,
  flashcall: /^\+[1-9][0-9]{6,14}$/,
  whatsapp: DIGITS,
  seamless: new RegExp(`^${SEAMLESS_CODE}$`),
};

const MAX_FLASH_CALL_SECONDS = 120;

type OptionsRequest = Pick<StartRequest, 'channel' | 'locale' | 'ttlSeconds'>;

/** Options of a start request: code lifetime where Sinch accepts one, code type, language of a call. */
export function startOptions({ channel, locale, ttlSeconds }: OptionsRequest): object {
  switch (channel) {
    case 'sms':
      return { smsOptions: { expiry: new Date(ttlSeconds * 1000).toISOString().slice(11, 19) } };
    case 'voice':
      return calloutOptions(locale);
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

/** Only the response to the start has the data for these. */
export const NEEDS_DEVICE_FACTS: ReadonlySet<Channel> = new Set(['flashcall', 'seamless']);

/** Whether the request names the language of a call. */
export function isSpokenIn({ channel, locale }: OptionsRequest): boolean {
  return channel === 'voice' && locale !== null;
}

/**
 * Sinch takes a language with a country, so a language alone gets the likeliest one: `de` is `de-DE`. Sinch
 * supports an undocumented subset of these.
 */
function calloutOptions(locale: string | null): object {
  const [language = '', ...others] = baseOfTag(locale ?? '')?.split('-') ?? [];
  const country = others.find((part) => /^[a-z]{2}$/i.test(part)) ?? likeliestCountry(language);
  return country === undefined
    ? {}
    : { calloutOptions: { speech: { locale: `${language}-${country}` } } };
}

function likeliestCountry(language: string): string | undefined {
  // Unicode guesses American English for an undetermined language.
  if (['', 'und'].includes(language.toLowerCase())) return undefined;
  return new Intl.Locale(language).maximize().region;
}

/**
 * Data for the device: `cliFilter` for `flashcall`, `targetUri` for `seamless`.
 * @throws ProviderError `bad-response` when Sinch omits it
 */
export function parseDeviceFacts(
  channel: Channel,
  started: StartResponse,
): DeviceFacts | undefined {
  if (!NEEDS_DEVICE_FACTS.has(channel)) return undefined;
  const { flashCall, seamless } = started;
  if (channel === 'flashcall' && flashCall) return { cliFilter: flashCall.cliFilter };
  if (channel === 'seamless' && seamless) return { targetUri: seamless.targetUri };
  throw new ProviderError(SINCH_VERIFICATION, 'bad-response', { httpStatus: 200 });
}

/** Whether the text has the format of the channel's codes. */
export function isValidCode(channel: Channel, code: string): boolean {
  return CODE_FORMATS[channel].test(code);
}

/** The body of a report. For `seamless` the device reports to Sinch directly. */
export function reportBody(channel: Exclude<Channel, 'seamless'>, code: string): object {
  if (channel === 'flashcall') return { method: METHODS[channel], flashCall: { cli: code } };
  return { method: METHODS[channel], [METHODS[channel]]: { code } };
}
