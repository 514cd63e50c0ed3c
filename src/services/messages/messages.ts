import type { MessageConfig } from '../../config/config.js';
import type { Binding } from '../../domain/verification.js';
import { charactersOutsideGsm7, sizeOfSms, type SmsSize } from '../../domain/sms-encoding.js';
import { amountOf } from './amount.js';
import { MESSAGE_LOCALES, RIGHT_TO_LEFT, localeOf, type MessageLocale } from './languages.js';
import {
  MESSAGE_PURPOSES,
  PAYMENT_TEMPLATES,
  TEMPLATES,
  type MessagePurpose,
} from './templates.js';

export interface CodeMessage {
  /** A slug. A purpose without a template uses `verification`. */
  purpose: string;
  /** BCP 47. The language alone counts: `pt-BR` is `pt`. See `localeOf` for those without texts. */
  locale: string | null;
  /** 6 to 10 digits. */
  code: string;
  /** The payment that the code confirms. The text names its amount and payee. */
  binding?: Binding | undefined;
  /** Replaces the configured brand. */
  brand?: string | undefined;
}

export interface MessageOptions {
  brand: string;
  /** Host in the origin-bound last line. */
  origin?: string | undefined;
  /** The 11-character hash of the Android app that may read the message. */
  appHash?: string | undefined;
}

// Android's SMS Retriever reads no longer messages.
const MAX_RETRIEVER_BYTES = 140;

/**
 * Renders the text of a message.
 *
 * The origin-bound line comes last (WICG, "Origin-bound one-time codes delivered via SMS", section 3.2), the
 * app hash before it. Android's SMS Retriever finds the hash anywhere; older versions need it at the end.
 */
export function renderMessage(message: Omit<CodeMessage, 'brand'> & MessageOptions): string {
  const { code, brand, origin, appHash, binding } = message;
  const locale = localeOf(message.locale);
  const template = binding
    ? PAYMENT_TEMPLATES[locale]
    : TEMPLATES[locale][purposeOf(message.purpose)];
  const display = (text: string) => (RIGHT_TO_LEFT.has(locale) ? isolate(text) : text);
  const payment = binding && {
    amount: display(`${amountOf(binding, message.locale)} ${binding.currency}`),
    payee: display(binding.payee),
  };
  const values = { code, brand: display(brand), ...payment };
  const lines = [fill(template, values)];
  if (appHash !== undefined) lines.push(appHash);
  if (origin !== undefined) lines.push(`@${origin} #${code}`);
  return lines.join('\n');
}

/** Renders messages with the configured brand, origin and app hash. */
export class MessageRenderer {
  private readonly options: MessageOptions;

  constructor({ brand, origin, androidAppHash }: MessageConfig) {
    this.options = { brand, origin, appHash: androidAppHash };
  }

  render(message: CodeMessage): string {
    const brand = message.brand ?? this.options.brand;
    return renderMessage({ ...message, ...this.options, brand });
  }
}

/** Problems of the configured messages: one sentence each, naming the variable to change. */
export function checkTemplates(options: MessageConfig & { codeLength: number }): string[] {
  return [...brandFaults(options.brand), ...sizeFaults(options)];
}

function brandFaults(brand: string): string[] {
  const faults: string[] = [];
  const foreign = charactersOutsideGsm7(brand);
  if (foreign.length > 0) {
    faults.push(
      `OTP_BRAND: ${foreign.join(' ')} is not in the GSM 7-bit alphabet: every message is sent as UCS-2, with 70 characters a part instead of 160`,
    );
  }
  if (/[0-9]{4}/.test(brand)) {
    faults.push('OTP_BRAND: phones may mistake its digits for the code');
  }
  if (/[\p{L}\p{N}]\.\p{L}{2}|\//u.test(brand)) {
    faults.push('OTP_BRAND: phones show it as a link, which a message with a code must not have');
  }
  if (brand.includes('${')) {
    faults.push('OTP_BRAND: must not contain ${, which Sinch reads as a parameter and rejects');
  }
  return faults;
}

/** Parts that a message may take, by its kind and alphabet. docs/messages.md has the same table. */
const ALLOWED_PARTS = {
  message: { 'GSM-7': 1, 'UCS-2': 2 },
  payment: { 'GSM-7': 2, 'UCS-2': 3 },
} as const;
const LONGEST_PAYMENT: Binding = {
  amount: '999999999999.99',
  currency: 'EUR',
  payee: 'x'.repeat(30),
};

function sizeFaults(options: MessageConfig & { codeLength: number }): string[] {
  const messages = MESSAGE_LOCALES.map((locale) => ({ locale, ...largest(locale, options) }));
  const payments = MESSAGE_LOCALES.map((locale) => ({ locale, ...paymentOf(locale, options) }));
  const localesOf = (chosen: { locale: string }[]) => chosen.map(({ locale }) => locale).join(', ');
  const faults: string[] = [];
  for (const [kind, sizes] of [['message', messages] as const, ['payment', payments] as const]) {
    const named = kind === 'message' ? 'messages' : 'messages of payments';
    const costly = sizes.filter(({ locale, parts }) => parts > allowedParts(kind, locale));
    if (costly.length > 0) {
      faults.push(
        `OTP_BRAND, OTP_ORIGIN: these make ${named} in ${localesOf(costly)} need more parts than their text alone`,
      );
    }
    const unreadable =
      options.androidAppHash === undefined ? [] : sizes.filter(isTooLongToRetrieve);
    if (unreadable.length > 0) {
      faults.push(
        `OTP_ANDROID_APP_HASH: ${named} in ${localesOf(unreadable)} exceed the ${MAX_RETRIEVER_BYTES} bytes that Android's SMS Retriever reads`,
      );
    }
  }
  return faults;
}

function allowedParts(kind: keyof typeof ALLOWED_PARTS, locale: MessageLocale): number {
  const isGsm7 = charactersOutsideGsm7(TEMPLATES[locale].verification).length === 0;
  return ALLOWED_PARTS[kind][isGsm7 ? 'GSM-7' : 'UCS-2'];
}

/** The longest message of a locale that is not about a payment. */
function largest(locale: MessageLocale, options: MessageConfig & { codeLength: number }): SmsSize {
  const sizes = MESSAGE_PURPOSES.map((purpose) => sizeOf({ purpose, locale }, options));
  return sizes.reduce((most, size) => (size.units > most.units ? size : most));
}

function paymentOf(
  locale: MessageLocale,
  options: MessageConfig & { codeLength: number },
): SmsSize {
  return sizeOf({ purpose: 'transaction', locale, binding: LONGEST_PAYMENT }, options);
}

function sizeOf(
  message: Omit<CodeMessage, 'code'>,
  options: MessageConfig & { codeLength: number },
): SmsSize {
  const code = '0'.repeat(options.codeLength);
  return sizeOfSms(new MessageRenderer(options).render({ ...message, code }));
}

function isTooLongToRetrieve({ encoding, units }: SmsSize): boolean {
  const bytes = encoding === 'GSM-7' ? Math.ceil((units * 7) / 8) : units * 2;
  return bytes > MAX_RETRIEVER_BYTES;
}

function purposeOf(slug: string): MessagePurpose {
  return MESSAGE_PURPOSES.find((purpose) => purpose === slug) ?? 'verification';
}

/** Fills all placeholders in one pass, so that a value is never read as a placeholder. */
function fill(template: string, values: Readonly<Record<string, string>>): string {
  return template.replace(/\{([a-z]+)\}/g, (_placeholder, name: string) => values[name] ?? '');
}

/**
 * Isolates a text in a right-to-left line (Unicode UAX #9, section 2.4.2), because that line would move
 * signs and digits at the edges. Text that starts and ends with a letter needs no marks.
 */
function isolate(text: string): string {
  return /^\p{L}(.*\p{L})?$/su.test(text) ? text : `\u2068${text}\u2069`;
}
