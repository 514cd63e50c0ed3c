import { describeApi } from '../../../scripts/docs/openapi.js';
import { ProoflineError, type ProoflineErrorCode } from '../../../client/src/errors.js';
import { asProoflineError, explain } from '../../../client/element/explain.js';
import {
  chooseLanguage,
  formatClock,
  Language,
  languageTag,
  TEXTS,
} from '../../../client/element/language.js';
import { FALLBACK_LANGUAGES } from '../../../client/element/fallback-languages.js';
import type { Channel } from '../../../client/element/texts/texts.js';
import * as service from '../../../src/services/messages/languages.js';

const LANGUAGES = ['en', 'es', 'fr', 'de', 'sv', 'ar'];
const CHANNELS: Channel[] = ['sms', 'voice', 'flashcall', 'whatsapp', 'seamless'];

/** All texts of a language by path; a plural counts as one. */
const textsOf = (value: unknown, path = ''): [string, string][] => {
  if (typeof value === 'string') return [[path, value]];
  return Object.entries(value as object).flatMap(([name, inner]) =>
    textsOf(inner, path === '' ? name : `${path}.${name}`),
  );
};

const withoutPlurals = (tag: string) => {
  const { triesLeft: _, ...rest } = TEXTS[tag]!;
  return new Map(textsOf(rest));
};

const placeholders = (text: string) => (text.match(/\{\w+\}/g) ?? []).sort().join();

/** Error codes of the element's requests, as the API documents them. */
const codesOfTheApi = async (): Promise<string[]> => {
  const { paths } = await describeApi();
  const operations = ['/request-otp', '/verify-otp', '/verifications/{id}/resend'].map(
    (path) => paths[path]!['post']!,
  );
  const described = operations.flatMap(({ responses }) =>
    Object.values(responses).map(({ description }) => description),
  );
  return [...new Set(described.flatMap((text) => text.match(/(?<=`)[a-z_]+(?=`:)/g) ?? []))];
};

const problem = (code: string, extras: ConstructorParameters<typeof ProoflineError>[3] = {}) =>
  new ProoflineError('problem', code as ProoflineErrorCode, 400, extras);

describe('texts of the element', () => {
  test('exist in six languages', () => {
    expect(Object.keys(TEXTS).sort()).toEqual([...LANGUAGES].sort());
  });

  test.each(LANGUAGES)('%s has the same texts and placeholders as English', (tag) => {
    const english = withoutPlurals('en');
    const own = withoutPlurals(tag);
    // Languages may override different step texts per channel.
    const optional = /^channels\.\w+\.(step|title|label|check|missing|how)$/;
    const names = (texts: Map<string, string>) =>
      [...texts.keys()].filter((name) => !optional.test(name)).sort();
    expect(names(own)).toEqual(names(english));
    const differing = names(own).filter(
      (name) => placeholders(own.get(name)!) !== placeholders(english.get(name)!),
    );
    expect(differing).toEqual([]);
  });

  test.each(LANGUAGES.filter((tag) => tag !== 'en'))('%s is translated', (tag) => {
    const english = withoutPlurals('en');
    const own = withoutPlurals(tag);
    const same = [...own].filter(([name, text]) => text !== '' && text === english.get(name));
    const international = /^(WhatsApp|Code|in \{time\}|SMS)$/;
    expect(same.filter(([, text]) => !international.test(text))).toEqual([]);
  });

  test.each(LANGUAGES)('%s has its own plural forms', (tag) => {
    const language = new Language(tag);
    const said = [0, 1, 2, 3, 5, 10, 11].map((left) =>
      language.count(language.texts.triesLeft, left),
    );
    expect(said.every((text) => text.length > 3 && !text.includes('{'))).toBe(true);
    expect(said[3]).toContain('3');
    if (tag === 'ar') expect(new Set(said.map((text) => text.replace(/\d+/, '#'))).size).toBe(5);
  });

  test.each(LANGUAGES)('%s has a text for every documented problem', async (tag) => {
    const language = new Language(tag);
    const fallback = explain(problem('no_such_code'), language).text;
    const codes = [...(await codesOfTheApi()), 'unreachable', 'not_found', 'method_not_allowed'];
    expect(codes.length).toBeGreaterThan(20);
    for (const code of codes) {
      const { text } = explain(problem(code), language);
      expect(text).toMatch(/\.$/);
      if (code !== 'internal_error') expect([code, text]).not.toEqual([code, fallback]);
    }
  });
});

describe('wording', () => {
  const all = (tag: string) => textsOf(TEXTS[tag]).map(([, text]) => text);

  test('Spanish says usted throughout', () => {
    expect(all('es').filter((text) => /\b(tu|tus|te|ti|contigo)\b/i.test(text))).toEqual([]);
  });

  test('French keeps its double punctuation on the line', () => {
    expect(all('fr').filter((text) => /[^\u00a0][?;:!](?!\w)/.test(text))).toEqual([]);
  });

  test('French rings something, and calls a number', () => {
    const ringing = all('fr').filter((text) => text.includes('sonner'));
    expect(ringing.length).toBeGreaterThan(2);
    expect(ringing.filter((text) => !/sonner (mon|votre) téléphone/.test(text))).toEqual([]);
    const { voice, flashcall } = TEXTS['fr']!.channels;
    expect([voice.sentTo, flashcall.sentTo]).toEqual(['Appel au', 'Appel au']);
  });

  test.each(['de', 'es'])('%s asks for a call and does not tell the reader to call', (tag) => {
    const { voice, flashcall } = TEXTS[tag]!.channels;
    const buttons = [voice, flashcall].flatMap(({ send, again, instead }) => [
      send,
      again,
      instead,
    ]);
    const own = /^(Llamar|Hacer)|(anrufen|anklingeln)$/;
    expect(buttons.filter((text) => own.test(text))).toEqual([]);
  });
});

describe('problems', () => {
  const english = new Language('en');

  test('report the attempts left, and what to do after the last one', () => {
    const after = (attemptsRemaining: number, channel?: Channel) =>
      explain(problem('code_invalid', { attemptsRemaining }), english, channel);
    expect(after(4)).toEqual({
      text: 'That is not the code. 4 tries left.',
      at: 'code',
      isFinal: false,
    });
    expect(after(1).text).toBe('That is not the code. 1 try left.');
    expect(after(0)).toMatchObject({
      text: 'That is not the code. That was the last try. Ask for a new code.',
      isFinal: true,
    });
    expect(after(0, 'flashcall').text).toContain('Ask for a new call.');
  });

  test.each([
    'attempts_exhausted',
    'code_expired',
    'verification_not_found',
    'verification_cancelled',
    'verification_failed',
    'already_verified',
  ])('%s ends the verification', (code) => {
    expect(explain(problem(code), english).isFinal).toBe(true);
  });

  test.each([
    ['invalid_phone_number', 'number'],
    ['region_not_allowed', 'number'],
    ['number_type_not_allowed', 'number'],
    ['number_blocked', 'number'],
    ['provider_rejected', 'number'],
    ['code_invalid', 'code'],
    ['rate_limited', undefined],
    ['provider_unavailable', undefined],
  ])('%s points to the input %s', (code, at) => {
    expect(explain(problem(code), english).at).toBe(at);
  });

  test('point to the channel if only the channel is invalid', () => {
    const errors = [{ pointer: '/channel', message: 'is not offered' }];
    expect(explain(problem('invalid_request', { errors }), english).at).toBe('channel');
    expect(explain(problem('invalid_request'), english).at).toBeUndefined();
  });

  test.each([
    ['key_invalid', 'Reload the page.'],
    ['origin_not_allowed', 'Codes cannot be sent right now.'],
    ['not_permitted', 'Codes cannot be sent right now.'],
  ])('%s is not the fault of the person', (code, advice) => {
    const { text, at, isFinal } = explain(problem(code), english);
    expect({ text, at, isFinal }).toEqual({
      text: expect.stringContaining(advice),
      at: undefined,
      isFinal: false,
    });
  });

  test('keep the waiting time', () => {
    expect(explain(problem('cooldown', { retryAfter: 17 }), english).retryAfter).toBe(17);
  });

  test("treat unknown errors as the service's fault, and no object property as a code", () => {
    const ours = 'Something went wrong on our side. Please try again.';
    expect(explain(asProoflineError(new TypeError('x')), english).text).toBe(ours);
    expect(explain(problem('constructor'), english).text).toBe(ours);
  });
});

describe('languages', () => {
  test.each([
    [['de-AT', 'en'], 'de', 'ltr'],
    [['pt-BR', 'SV-se', 'en'], 'sv', 'ltr'],
    [['ar-EG'], 'ar', 'rtl'],
    [['nb-NO', 'no'], 'sv', 'ltr'],
    [['nn', 'en-US'], 'en', 'ltr'],
    [['pt-BR'], 'en', 'ltr'],
    [['zh-TW'], 'en', 'ltr'],
    [['de_AT'], 'de', 'ltr'],
    [['sv_SE.UTF-8'], 'sv', 'ltr'],
    [['ar-u-nu-latn'], 'ar', 'rtl'],
    [['DE-de-x-formal'], 'de', 'ltr'],
    [['not a tag', 'fr'], 'fr', 'ltr'],
    [['xx', 'constructor'], 'en', 'ltr'],
    [[], 'en', 'ltr'],
  ])('preferred as %j give %s, %s', (wanted, tag, dir) => {
    expect(chooseLanguage(wanted)).toMatchObject({ tag, dir });
  });

  test('fall back by the same table as the messages of the service', () => {
    expect([...FALLBACK_LANGUAGES]).toEqual([...service.FALLBACK_LANGUAGES]);
    for (const language of FALLBACK_LANGUAGES.values()) {
      expect(service.MESSAGE_LOCALES).toContain(language);
    }
  });

  test.each([
    ...['de-AT', 'de_DE.UTF-8', 'es-419', 'ar-u-nu-latn', 'pt-BR', 'zh-TW', 'zh-Hant-HK', 'nb-NO'],
    ...['tlh', 'xx', 'constructor', 'not a tag', ''],
    ...FALLBACK_LANGUAGES.keys(),
    ...service.MESSAGE_LOCALES,
  ])('wanted as "%s" get a message in the language of the screen', (wanted) => {
    const { tag, locale } = chooseLanguage([wanted]);
    expect(service.localeOf(locale)).toBe(tag);
  });

  test('keep the region of a language that is shown, and send no other', () => {
    const sent = (wanted: string) => chooseLanguage([wanted]).locale;
    expect(['de-AT', 'en_GB', 'pt-BR', 'nb-NO'].map(sent)).toEqual(['de-AT', 'en-GB', 'en', 'sv']);
  });

  test.each([
    ['en_US', 'en-US'],
    ['ar-u-nu-latn', 'ar'],
    ['de-DE-x-formal', 'de-DE'],
    ['zh_Hant_TW', 'zh-Hant-TW'],
    ['de_DE.UTF-8', 'de-DE'],
    ['ca_ES@valencia', 'ca-ES'],
    [' sv ', 'sv'],
    ['english please', undefined],
    ['abcdefgh', undefined],
    ['', undefined],
    [null, undefined],
  ])('written as %j are sent as %s', (written, tag) => {
    expect(languageTag(written)).toBe(tag);
  });

  test('speak times in words and show them as a clock', () => {
    expect(new Language('en').spokenDuration(88)).toBe('1 minute 28 seconds');
    expect(new Language('de').spokenDuration(60)).toBe('1 Minute');
    expect(new Language('en').spokenDuration(3_600)).toBe('1 hour');
    expect(new Language('sv').spokenDuration(3_700)).toBe('2 timmar');
    expect(new Language('ar').spokenDuration(5)).toMatch(/^5 /);
    expect([formatClock(28), formatClock(3725)]).toEqual(['0:28', '1:02:05']);
  });

  test('have every text for every channel', () => {
    for (const tag of LANGUAGES) {
      for (const channel of CHANNELS) {
        const { how, ...words } = new Language(tag).channel(channel);
        expect(typeof how).toBe('string');
        expect(Object.values(words).every((text) => text !== '')).toBe(true);
      }
    }
  });
});
