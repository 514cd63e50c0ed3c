import { sizeOfSms } from '../../../../src/domain/sms-encoding.js';
import { MESSAGE_LOCALES } from '../../../../src/services/messages/languages.js';
import { MESSAGE_PURPOSES, TEMPLATES } from '../../../../src/services/messages/templates.js';
import { MessageRenderer, renderMessage } from '../../../../src/services/messages/messages.js';
import { ACME, KNOWN_TEXTS } from './known-texts.js';

// The longest values that the configuration accepts.
const LONGEST = {
  brand: 'ABCDEFGHIJ KLMNOPQRS',
  origin: `${'a'.repeat(36)}.com`,
  appHash: 'FA+9qCX9V/u',
  code: '0123456789',
};
const GSM_LOCALES = ['en', 'es', 'fr', 'de', 'pt', 'sv'];
const ALL = MESSAGE_LOCALES.flatMap((locale) =>
  MESSAGE_PURPOSES.map((purpose) => [locale, purpose] as const),
);
// R-OTP-10.
const ORIGIN_LINE = /(^|\n)@[a-z0-9.-]+ #[0-9]{6,10}( @[a-z0-9.-]+)?$/;
const DO_NOT_SHARE =
  /Never share|No la comparta|Ne le partagez pas|nicht weiter|Nicht weitergeben|Nunca o revele|Dela den inte|لا تشاركه|किसी को न|请勿告诉他人|他人に教えないで/;

const only = (locale: string, purpose: string) => renderMessage({ ...ACME, locale, purpose });

describe('the text of a message', () => {
  it.each(KNOWN_TEXTS)('%s, %s', (locale, purpose, text) => {
    expect(only(locale, purpose)).toBe(text);
  });

  it('has a known text for every language and purpose', () => {
    const known = KNOWN_TEXTS.map(([locale, purpose]) => `${locale} ${purpose}`);
    expect(known).toEqual(ALL.map(([locale, purpose]) => `${locale} ${purpose}`));
  });

  it.each(ALL)(
    '%s, %s: names the brand, says not to share the code, has no link',
    (locale, purpose) => {
      const text = only(locale, purpose);
      expect(text).toContain('Acme');
      expect(text).toMatch(DO_NOT_SHARE);
      expect(text).not.toMatch(/https?:|www\.|[a-z0-9]\.[a-z]{2}|\/|@/i);
    },
  );

  it.each(ALL)('%s, %s: starts with the code and has it once', (locale, purpose) => {
    const text = only(locale, purpose);
    expect(text.match(/[0-9]+/g)).toEqual(['123456']);
    expect(text.indexOf('123456')).toBe(0);
  });

  it.each(ALL)('%s, %s: is one line without invisible characters', (locale, purpose) => {
    expect(only(locale, purpose)).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
    expect(only(locale, purpose)).not.toMatch(/[{}$]/);
  });

  it.each(ALL)('%s, %s: has a word between the code and the name', (locale, purpose) => {
    // "123456 24 Shop" would read as a longer code.
    expect(TEMPLATES[locale][purpose].split('{brand}')[0]).toMatch(/^\{code\} .*\p{L}/u);
  });

  it('differs for each purpose', () => {
    for (const locale of MESSAGE_LOCALES) {
      expect(new Set(MESSAGE_PURPOSES.map((purpose) => only(locale, purpose))).size).toBe(4);
    }
  });
});

describe('the language of a message', () => {
  const login = (locale: string | null) => renderMessage({ ...ACME, purpose: 'login', locale });

  it.each([
    ['pt-BR', 'pt'],
    ['pt-PT', 'pt'],
    ['PT', 'pt'],
    ['pt_BR', 'pt'],
    ['zh-Hant-TW', 'zh'],
    ['es-419', 'es'],
    ['ar-EG', 'ar'],
    ['en-GB', 'en'],
    ['tlh', 'en'],
    ['nb-NO', 'sv'],
    ['no', 'sv'],
    ['nn', 'sv'],
    ['zh-TW', 'zh'],
    ['yue-Hant-HK', 'zh'],
    ['gl', 'es'],
    ['da', 'en'],
    ['e', 'en'],
    ['constructor', 'en'],
    ['', 'en'],
    [null, 'en'],
  ])('%p reads as %s', (locale, expected) => {
    expect(login(locale)).toBe(login(expected));
  });
});

describe('the purpose of a message', () => {
  it.each(['verification', 'sign-up', 'constructor', '__proto__', 'hasOwnProperty', ''])(
    '%p reads as a verification',
    (purpose) => {
      expect(only('en', purpose)).toBe(
        '123456 is your Acme verification code. Never share it with anyone.',
      );
    },
  );
});

describe('the size of a message', () => {
  it.each(ALL.filter(([locale]) => GSM_LOCALES.includes(locale)))(
    '%s, %s: one segment of GSM-7 with the longest of everything',
    (locale, purpose) => {
      const size = sizeOfSms(renderMessage({ ...LONGEST, locale, purpose }));
      expect(size).toMatchObject({ encoding: 'GSM-7', parts: 1 });
      expect(size.units).toBeLessThanOrEqual(160);
    },
  );

  it.each(ALL.filter(([locale]) => !GSM_LOCALES.includes(locale)))(
    '%s, %s: one segment of UCS-2 without options, two at most with',
    (locale, purpose) => {
      const { brand, code } = LONGEST;
      const bare = sizeOfSms(renderMessage({ brand, code, locale, purpose }));
      expect(bare).toMatchObject({ encoding: 'UCS-2', parts: 1 });
      const full = renderMessage({ ...LONGEST, brand: brand.replace(/.$/, '!'), locale, purpose });
      expect(sizeOfSms(full).parts).toBe(2);
    },
  );
});

describe('the lines for devices', () => {
  const { origin, appHash } = LONGEST;
  const linesOf = (options: { origin?: string; appHash?: string }) =>
    renderMessage({ ...ACME, locale: 'ar', purpose: 'login', ...options }).split('\n');

  it.each(ALL)('%s, %s: end with the origin in the format of browsers', (locale, purpose) => {
    const text = renderMessage({ ...LONGEST, locale, purpose });
    expect(text).toMatch(ORIGIN_LINE);
    expect(text.split('\n').at(-1)).toBe(`@${origin} #0123456789`);
    expect(text.split('\n')).toHaveLength(3);
  });

  it('are absent by default', () => {
    expect(linesOf({})).toHaveLength(1);
  });

  it('end with the hash when there is no origin', () => {
    expect(linesOf({ appHash }).slice(1)).toEqual([appHash]);
  });

  it('can be the origin only', () => {
    expect(linesOf({ origin }).slice(1)).toEqual([`@${origin} #123456`]);
  });

  it('have the hash on its own line before the origin', () => {
    expect(linesOf({ origin, appHash }).slice(1)).toEqual([appHash, `@${origin} #123456`]);
  });

  it('come from the configuration', () => {
    const config = { brand: 'Acme', origin: 'example.com', androidAppHash: 'FA+9qCX9VSu' };
    const message = { purpose: 'login', locale: 'sv-SE', code: '654321' };
    expect(new MessageRenderer(config).render(message)).toBe(
      '654321 är din inloggningskod för Acme. Dela den inte med någon.' +
        '\nFA+9qCX9VSu\n@example.com #654321',
    );
  });
});

describe('the brand', () => {
  const named = (brand: string, locale = 'en') =>
    renderMessage({ ...ACME, brand, locale, purpose: 'login' });

  it.each(['{code}', '$&', '$1', '{brand}', '{x}', "It's"])(
    '%s is not read as a placeholder',
    (brand) => {
      expect(named(brand)).toBe(
        `123456 is your ${brand} sign-in code. Never share it with anyone.`,
      );
    },
  );

  it.each(['24 Shop', 'C++', '(Acme)', 'Yes!', '4'])('%s is isolated from Arabic', (brand) => {
    expect(named(brand, 'ar')).toContain(`\u2068${brand}\u2069`);
    expect(named(brand)).not.toMatch(/[\u2068\u2069]/);
  });

  it.each(['Acme', 'Acme 24 Shop', 'A', 'متجر', 'B&B'])('%s needs no isolation', (brand) => {
    expect(named(brand, 'ar')).not.toMatch(/[\u2068\u2069]/);
  });
});

test('a template has the code and the brand once, and no other placeholder', () => {
  for (const [locale, purpose] of ALL) {
    const placeholders = TEMPLATES[locale][purpose].match(/\{.*?\}/g);
    expect(placeholders?.sort()).toEqual(['{brand}', '{code}']);
  }
});
