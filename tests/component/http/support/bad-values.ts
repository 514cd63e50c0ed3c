export type BadValue = readonly [name: string, value: unknown];

/** Values that are invalid in every field. */
export const BAD_FOR_ALL: readonly BadValue[] = [
  ['null', null],
  ['true', true],
  ['false', false],
  ['a whole number', 14155552671],
  ['a float', 1.5],
  ['zero', 0],
  ['a huge number', 1e308],
  ['nothing', ''],
  ['an array', ['+14155552671']],
  ['an empty array', []],
  ['an array of many', ['0000', '0001', '0002']],
  ['an object', { value: '+14155552671' }],
  ['an empty object', {}],
  ['a nested object', { a: { b: { c: ['d'] } } }],
  ['{"$gt":""}', { $gt: '' }],
  ['{"gt":""}', { gt: '' }],
  ['{"$ne":null}', { $ne: null }],
  ['{"toString":"x"}', { toString: 'x', length: 4 }],
  ['10 KB', 'a'.repeat(10_240)],
  ['4 KB', '1'.repeat(4096)],
  ['NUL', '\u0000'],
  ['a lone high surrogate', '\ud800'],
  ['a lone low surrogate', '\udc00'],
  ['a right-to-left mark', '\u200f'],
  ['a right-to-left override', '\u202e'],
  ['a byte order mark', '\ufeff'],
  ['a line feed', '\n'],
  ['a line separator', '\u2028'],
  ['CR LF and a header', 'x\r\nX-Injected: 1'],
  ['an escape sequence', '\u001b[31m'],
];

/** Text that only free-text fields accept. */
const BAD_FOR_FORMS: readonly BadValue[] = [
  ['a blank', ' '],
  ['a no-break space', '\u00a0'],
  ['full-width digits', '１２３４'],
  ['Arabic digits', '١٢٣٤'],
  ['Devanagari digits', '१२३४'],
  ['an emoji', '📱'],
  ['a keycap', '1️⃣2️⃣3️⃣4️⃣'],
  ['a combining mark', '1\u0301234'],
  ['words', 'not one of ours'],
  ['a minus', '-1234'],
  ['an exponent', '1e3'],
  ['hexadecimal', '0x1234'],
];

/** Values that are invalid in every field with a pattern. */
export const BAD_VALUES: readonly BadValue[] = [...BAD_FOR_ALL, ...BAD_FOR_FORMS];

/** Forms of a code that people type, and that codes alone may have. */
const TYPED_CODES = new Set([
  'full-width digits',
  'Arabic digits',
  'Devanagari digits',
  'with a blank before it',
]);

/** Values that are invalid as a code. */
export function badCodes(good: string): BadValue[] {
  return [...BAD_VALUES, ...touched(good)].filter(([name]) => !TYPED_CODES.has(name));
}

/** Mutations of a valid value, which every field with a pattern must refuse. */
export function touched(good: string): BadValue[] {
  return [
    ['with NUL behind it', `${good}\u0000`],
    ['with a line feed behind it', `${good}\n`],
    ['with CR LF behind it', `${good}\r\n`],
    ['with a blank before it', ` ${good}`],
    ['with a right-to-left mark behind it', `${good}\u200f`],
    ['with a lone surrogate behind it', `${good}\ud800`],
    ['with an emoji behind it', `${good}📱`],
    ['with a zero-width space in it', `${good.slice(0, 2)}\u200b${good.slice(2)}`],
    ['in an array', [good]],
    ['with a quote behind it', `${good}'`],
  ];
}
