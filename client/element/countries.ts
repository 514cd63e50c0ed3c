import { getCountries, getCountryCallingCode, type CountryCode } from 'libphonenumber-js/min';

export interface Country {
  code: CountryCode;
  name: string;
  callingCode: string;
}

export const listCountries = (language: string): Country[] => {
  const names = new Intl.DisplayNames([language], { type: 'region' });
  return getCountries()
    .map((code) => ({
      code,
      name: names.of(code) ?? code,
      callingCode: `+${getCountryCallingCode(code)}`,
    }))
    .sort((a, b) => a.name.localeCompare(b.name, language));
};

const localeOf = (language: string): Intl.Locale | undefined => {
  try {
    return new Intl.Locale(language);
  } catch {
    return undefined;
  }
};

/** The first explicit region of the languages ("en-AU"), else the likeliest one ("de" → DE). */
export const guessCountry = (
  languages: readonly string[],
  countries: readonly Country[],
): CountryCode => {
  const locales = languages.map(localeOf);
  const regions = [
    ...locales.map((locale) => locale?.region),
    ...locales.map((locale) => locale?.maximize().region),
  ];
  for (const region of regions) {
    const known = countries.find(({ code }) => code === region);
    if (known) return known.code;
  }
  return 'US';
};
