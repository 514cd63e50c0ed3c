/** A message language; `tag` is the `Content-Language`. */
export interface Language {
  tag: string;
  template: string;
  spoken: string;
}

const ENGLISH: Language = {
  tag: 'en-US',
  template: 'Your verification code is {{CODE}}. Verified by Sinch',
  spoken: 'Your verification code is',
};

const LANGUAGES = new Map<string, Language>([
  ['en', ENGLISH],
  [
    'sv',
    {
      tag: 'sv-SE',
      template: 'Din verifieringskod är {{CODE}}.',
      spoken: 'Din verifieringskod är',
    },
  ],
  [
    'es',
    {
      tag: 'es-ES',
      template: 'Tu código de verificación es {{CODE}}.',
      spoken: 'Tu código de verificación es',
    },
  ],
]);

/** Language ranges of an `Accept-Language` header, best first (RFC 9110, section 12.5.4). */
export function languageRanges(header: string | undefined): string[] {
  return (header ?? '')
    .split(',')
    .map((item) => {
      const [range = '', ...parameters] = item.split(';').map((part) => part.trim());
      const quality = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
      return { range, quality: quality === undefined ? 1 : Number(quality) };
    })
    .filter(({ range, quality }) => range !== '' && quality > 0)
    .sort((left, right) => right.quality - left.quality)
    .map(({ range }) => range);
}

/** The first range with a text, else English. */
export function chooseLanguage(ranges: readonly string[]): Language {
  const primaries = ranges.map((range) => range.toLowerCase().split(/[-_]/, 1)[0] ?? '');
  const known = primaries.find((primary) => LANGUAGES.has(primary));
  return LANGUAGES.get(known ?? 'en') ?? ENGLISH;
}
