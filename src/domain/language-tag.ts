// RFC 5646, section 2.1, without languages of four to eight letters: there are none.
const LANGUAGE = '[a-z]{2,3}(?:-[a-z]{3}){0,3}';
const SCRIPT = '(?:-[a-z]{4})?';
const REGION = '(?:-(?:[a-z]{2}|[0-9]{3}))?';
const VARIANTS = '(?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*';
const EXTENSIONS = '(?:-[a-wy-z0-9](?:-[a-z0-9]{2,8})+)*';
const PRIVATE_USE = 'x(?:-[a-z0-9]{1,8})+';
const TAG = new RegExp(
  `^(?:${LANGUAGE}${SCRIPT}${REGION}${VARIANTS}${EXTENSIONS}(?:-${PRIVATE_USE})?|${PRIVATE_USE}|i-[a-z0-9]{2,8})$`,
  'i',
);
const BASE = new RegExp(`^${LANGUAGE}${SCRIPT}${REGION}(?=-|$)`, 'i');

/** Replaces the underscores of POSIX and OpenID Connect Core, section 5.2: `en_US` is `en-US`. */
export function withHyphens(tag: string): string {
  return tag.replaceAll('_', '-');
}

/** Whether a tag is well-formed (RFC 5646, section 2.2.9). It may name a language that nobody knows. */
export function isLanguageTag(tag: string): boolean {
  return TAG.test(tag);
}

/** Language, script and region of a tag: `ar` of `ar-u-nu-latn`. Undefined if it names no language. */
export function baseOfTag(tag: string): string | undefined {
  return BASE.exec(tag)?.[0];
}
