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

export interface CodeMessage {
  /** A slug. A purpose without a template uses `verification`. */
  purpose: string;
  /** BCP 47. The language alone counts (`pt-BR` is `pt`); null or an unsupported language is `en`. */
  locale: string | null;
  /** 6 to 10 digits. */
  code: string;
  /** The payment that the code confirms. The text names its amount and payee. */
  binding?: Binding | undefined;
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
const MAX_UCS_2_PARTS = 2;

/**
 * Renders the text of a message.
 *
 * The origin-bound line comes last (WICG, "Origin-bound one-time codes delivered via SMS", section 3.2), the
 * app hash before it. Android's SMS Retriever finds the hash anywhere; older versions need it at the end.
 */
export function renderMessage(message: CodeMessage & MessageOptions): string {
  const { code, brand, origin, appHash, binding } = message;
  const locale = localeOf(message.locale);
  const template = binding
    ? PAYMENT_TEMPLATES[locale]
    : TEMPLATES[locale][purposeOf(message.purpose)];
  const display = (text: string) => (RIGHT_TO_LEFT.has(locale) ? isolate(text) : text);
  const payment = binding && {
    amount: display(`${binding.amount} ${binding.currency}`),
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
    return renderMessage({ ...message, ...this.options });
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

function sizeFaults(options: MessageConfig & { codeLength: number }): string[] {
  const sizes = MESSAGE_LOCALES.map((locale) => ({ locale, ...largest(locale, options) }));
  const localesOf = (chosen: typeof sizes) => chosen.map(({ locale }) => locale).join(', ');
  const costly = sizes.filter(({ parts, allowed }) => parts > allowed);
  const unreadable = options.androidAppHash === undefined ? [] : sizes.filter(isTooLongToRetrieve);
  const faults: string[] = [];
  if (costly.length > 0) {
    faults.push(
      `OTP_BRAND, OTP_ORIGIN: these make messages in ${localesOf(costly)} need more parts than their text alone`,
    );
  }
  if (unreadable.length > 0) {
    faults.push(
      `OTP_ANDROID_APP_HASH: messages in ${localesOf(unreadable)} exceed the ${MAX_RETRIEVER_BYTES} bytes that Android's SMS Retriever reads`,
    );
  }
  return faults;
}

/** The longest message of a locale, and how many parts its text alone needs. */
function largest(locale: MessageLocale, options: MessageConfig & { codeLength: number }) {
  const text = new MessageRenderer(options);
  const code = '0'.repeat(options.codeLength);
  const sizes = MESSAGE_PURPOSES.map((purpose) =>
    sizeOfSms(text.render({ purpose, locale, code })),
  ).sort((a, b) => b.units - a.units);
  const isGsm7 = charactersOutsideGsm7(TEMPLATES[locale].verification).length === 0;
  return { ...(sizes[0] ?? sizeOfSms('')), allowed: isGsm7 ? 1 : MAX_UCS_2_PARTS };
}

function isTooLongToRetrieve({ encoding, units }: ReturnType<typeof sizeOfSms>): boolean {
  const bytes = encoding === 'GSM-7' ? Math.ceil((units * 7) / 8) : units * 2;
  return bytes > MAX_RETRIEVER_BYTES;
}

function localeOf(tag: string | null): MessageLocale {
  const language = tag?.toLowerCase().split(/[-_]/, 1)[0];
  return MESSAGE_LOCALES.find((locale) => locale === language) ?? 'en';
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
