const { getCountries, getCountryCallingCode } = window.libphonenumber;

/** 🇨🇭 is the letters C and H of a second alphabet. */
export const flagOf = (country) =>
  String.fromCodePoint(...[...country].map((letter) => letter.charCodeAt(0) + 0x1f1a5));

/** All countries that libphonenumber knows, `{ code, name, callingCode, flag }`, by name. */
export const listCountries = () => {
  const names = new Intl.DisplayNames(['en'], { type: 'region' });
  return getCountries()
    .map((code) => ({
      code,
      name: names.of(code) ?? code,
      callingCode: `+${getCountryCallingCode(code)}`,
      flag: flagOf(code),
    }))
    .sort((a, b) => a.name.localeCompare(b.name, 'en'));
};

const regionOf = (language) => {
  try {
    return new Intl.Locale(language).region;
  } catch {
    return undefined;
  }
};

const likelyRegionOf = (language) => {
  try {
    return new Intl.Locale(language).maximize().region;
  } catch {
    return undefined;
  }
};

/** The first region that a language names itself ("en-AU"), else the likeliest one ("de" → DE). */
export const guessCountry = (languages, countries) => {
  const known = new Set(countries.map((country) => country.code));
  return (
    [...languages.map(regionOf), ...languages.map(likelyRegionOf)].find((code) =>
      known.has(code),
    ) ?? 'US'
  );
};
