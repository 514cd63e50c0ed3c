import { FALLBACK_LANGUAGES } from './fallback-languages.js';
import { ar } from './texts/ar.js';
import { de } from './texts/de.js';
import { en } from './texts/en.js';
import { es } from './texts/es.js';
import { fr } from './texts/fr.js';
import { sv } from './texts/sv.js';
import type { Channel, ChannelTexts, PluralTexts, StepTexts, Texts } from './texts/texts.js';

export const TEXTS: Readonly<Record<string, Texts>> = { en, es, fr, de, sv, ar };

const RIGHT_TO_LEFT: ReadonlySet<string> = new Set(['ar']);

export const interpolate = (
  text: string,
  values: Readonly<Record<string, string | number>>,
): string => text.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ''));

export const formatClock = (seconds: number): string => {
  const two = (value: number) => String(value).padStart(2, '0');
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  return hours > 0
    ? `${hours}:${two(minutes)}:${two(seconds % 60)}`
    : `${minutes}:${two(seconds % 60)}`;
};

export class Language {
  readonly texts: Texts;
  readonly dir: 'ltr' | 'rtl';
  private readonly plural: Intl.PluralRules;

  /** @param locale BCP 47 tag for messages to this reader: `tag`, perhaps with a region */
  constructor(
    readonly tag: string,
    readonly locale = tag,
  ) {
    this.texts = TEXTS[tag] ?? en;
    this.dir = RIGHT_TO_LEFT.has(tag) ? 'rtl' : 'ltr';
    this.plural = new Intl.PluralRules(tag);
  }

  count(texts: PluralTexts, count: number): string {
    return interpolate(texts[this.plural.select(count)] ?? texts.other, { count });
  }

  /** For screen readers: 88 → "1 minute 28 seconds"; from an hour on, whole hours rounded up. */
  spokenDuration(seconds: number): string {
    if (seconds >= 3600) return this.unit(Math.ceil(seconds / 3600), 'hour');
    const minutes = Math.floor(seconds / 60);
    return [
      minutes > 0 && this.unit(minutes, 'minute'),
      seconds % 60 > 0 && this.unit(seconds % 60, 'second'),
    ]
      .filter(Boolean)
      .join(' ');
  }

  channel(channel: Channel): ChannelTexts & StepTexts {
    return { ...this.texts.code, ...this.texts.channels[channel] };
  }

  /** Always uses Latin digits, like numbers and codes. */
  private unit(value: number, unit: 'hour' | 'minute' | 'second'): string {
    return new Intl.NumberFormat(`${this.tag}-u-nu-latn`, {
      style: 'unit',
      unit,
      unitDisplay: 'long',
    }).format(value);
  }
}

/** RFC 5646 reserves longer ones, and the service refuses them. */
const MAX_LANGUAGE_LENGTH = 3;

/**
 * A plain language tag of what pages write ("en_US", "ar-u-nu-latn", "de_DE.UTF-8").
 * @returns undefined for what is no language tag, so that it never stops a send
 */
export const languageTag = (text: string | null): string | undefined => {
  try {
    const written = (text ?? '').trim().replace(/[.@].*$/, '');
    const { language, baseName } = new Intl.Locale(written.replaceAll('_', '-'));
    return language.length <= MAX_LANGUAGE_LENGTH ? baseName : undefined;
  } catch {
    return undefined;
  }
};

const primaryOf = (tag: string): string => tag.split('-', 1)[0] ?? '';

const hasTexts = (language: string | undefined): language is string =>
  language !== undefined && Object.hasOwn(TEXTS, language);

/** The first preferred language ("de-AT") that has texts, else the first fallback that has, else English. */
export const chooseLanguage = (wanted: readonly string[]): Language => {
  const tags = wanted.map(languageTag).filter((tag) => tag !== undefined);
  const own = tags.find((tag) => hasTexts(primaryOf(tag)));
  if (own !== undefined) return new Language(primaryOf(own), own);
  return new Language(
    tags.map((tag) => FALLBACK_LANGUAGES.get(primaryOf(tag))).find(hasTexts) ?? 'en',
  );
};
