import type { MessageConfig } from '../../config/config.js';
import type { Binding } from '../../domain/verification.js';
import { charactersOutsideGsm7, sizeOfSms } from '../../domain/sms-encoding.js';
import {
  MESSAGE_LOCALES,
  MESSAGE_PURPOSES,
  RIGHT_TO_LEFT,
  PAYMENT_TEMPLATES,
  TEMPLATES,
  type MessageLocale,
  type MessagePurpose,
} from './templates.js';

/** What a message tells, apart from what is configured. */
export interface CodeMessage {
  /** A slug; one without words of its own reads as `verification`. */
  purpose: string;
  /** BCP 47: `pt-BR` reads as `pt`, and a language without words here, or null, as `en`. */
  locale: string | null;
  /** 6 to 10 digits. */
  code: string;
  /** The payment that the code confirms: the text names its amount and its payee. */
  binding?: Binding | undefined;
}

export interface MessageOptions {
  brand: string;
  /** Host of the origin-bound last line. */
  origin?: string | undefined;
  /** Eleven characters that name the Android app which may read the message. */
  appHash?: string | undefined;
}

const LARGEST_RETRIEVED_BYTES = 140;
const UCS_2_PARTS = 2;

/**
 * The text of a message with a code.
 *
 * The origin-bound line is the last one, because browsers read no other (WICG, "Origin-bound one-time codes delivered
 * via SMS", section 3.2). The app hash has the line before it: Android's SMS Retriever asks only that the message
 * includes it and has at most 140 bytes. Without an origin the hash ends the message, as older versions wanted it.
 */
export function renderMessage(message: CodeMessage & MessageOptions): string {
  const { code, brand, origin, appHash, binding } = message;
  const locale = localeOf(message.locale);
  const template = binding
    ? PAYMENT_TEMPLATES[locale]
    : TEMPLATES[locale][purposeOf(message.purpose)];
  const shown = (text: string) => (RIGHT_TO_LEFT.has(locale) ? isolated(text) : text);
  const payment = binding && {
    amount: shown(`${binding.amount} ${binding.currency}`),
    payee: shown(binding.payee),
  };
  const facts = { code, brand: shown(brand), ...payment };
  const lines = [fill(template, facts)];
  if (appHash !== undefined) lines.push(appHash);
  if (origin !== undefined) lines.push(`@${origin} #${code}`);
  return lines.join('\n');
}

/** Our messages as they are configured. */
export class MessageRenderer {
  private readonly options: MessageOptions;

  constructor({ brand, origin, androidAppHash }: MessageConfig) {
    this.options = { brand, origin, appHash: androidAppHash };
  }

  render(message: CodeMessage): string {
    return renderMessage({ ...message, ...this.options });
  }
}

/** What is wrong or costly about the messages as configured, a sentence each, with the variable to change. */
export function checkTemplates(options: MessageConfig & { codeLength: number }): string[] {
  return [...brandFaults(options.brand), ...sizeFaults(options)];
}

function brandFaults(brand: string): string[] {
  const faults: string[] = [];
  const foreign = charactersOutsideGsm7(brand);
  if (foreign.length > 0) {
    faults.push(
      `OTP_BRAND: ${foreign.join(' ')} is not in the GSM 7-bit alphabet: every message is UCS-2, with 70 characters a part in place of 160`,
    );
  }
  if (/[0-9]{4}/.test(brand)) {
    faults.push('OTP_BRAND: phones may take its digits for the code');
  }
  if (/[\p{L}\p{N}]\.\p{L}{2}|\//u.test(brand)) {
    faults.push('OTP_BRAND: phones show it as a link, and a message with a code must have none');
  }
  if (brand.includes('${')) {
    faults.push('OTP_BRAND: must not have ${, which Sinch fills in: no message would be sent');
  }
  return faults;
}

function sizeFaults(options: MessageConfig & { codeLength: number }): string[] {
  const sizes = MESSAGE_LOCALES.map((locale) => ({ locale, ...largest(locale, options) }));
  const named = (chosen: typeof sizes) => chosen.map(({ locale }) => locale).join(', ');
  const costly = sizes.filter(({ parts, allowed }) => parts > allowed);
  const unread = options.androidAppHash === undefined ? [] : sizes.filter(isTooLongToRetrieve);
  const faults: string[] = [];
  if (costly.length > 0) {
    faults.push(
      `OTP_BRAND, OTP_ORIGIN: with these, messages in ${named(costly)} are sent in more parts than they need`,
    );
  }
  if (unread.length > 0) {
    faults.push(
      `OTP_ANDROID_APP_HASH: messages in ${named(unread)} have more than the ${LARGEST_RETRIEVED_BYTES} bytes that Android's SMS Retriever reads`,
    );
  }
  return faults;
}

/** The largest message of a locale, and the parts that the words alone allow. */
function largest(locale: MessageLocale, options: MessageConfig & { codeLength: number }) {
  const text = new MessageRenderer(options);
  const code = '0'.repeat(options.codeLength);
  const sizes = MESSAGE_PURPOSES.map((purpose) =>
    sizeOfSms(text.render({ purpose, locale, code })),
  ).sort((a, b) => b.units - a.units);
  const isGsm7 = charactersOutsideGsm7(TEMPLATES[locale].verification).length === 0;
  return { ...(sizes[0] ?? sizeOfSms('')), allowed: isGsm7 ? 1 : UCS_2_PARTS };
}

function isTooLongToRetrieve({ encoding, units }: ReturnType<typeof sizeOfSms>): boolean {
  const bytes = encoding === 'GSM-7' ? Math.ceil((units * 7) / 8) : units * 2;
  return bytes > LARGEST_RETRIEVED_BYTES;
}

function localeOf(tag: string | null): MessageLocale {
  const language = tag?.toLowerCase().split(/[-_]/, 1)[0];
  return MESSAGE_LOCALES.find((locale) => locale === language) ?? 'en';
}

function purposeOf(slug: string): MessagePurpose {
  return MESSAGE_PURPOSES.find((purpose) => purpose === slug) ?? 'verification';
}

/** In one pass, so that nothing in a name is taken for a placeholder. */
function fill(template: string, facts: Readonly<Record<string, string>>): string {
  return template.replace(/\{([a-z]+)\}/g, (_placeholder, name: string) => facts[name] ?? '');
}

/**
 * Keeps the signs and digits at the edges of a name in their places inside a right-to-left line (Unicode UAX #9,
 * section 2.4.2). Names that begin and end with a letter need it not, and the two marks cost space.
 */
function isolated(brand: string): string {
  return /^\p{L}(.*\p{L})?$/su.test(brand) ? brand : `\u2068${brand}\u2069`;
}
