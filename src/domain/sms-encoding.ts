// 3GPP TS 23.038, section 6.2.1, without the escape character 0x1B.
const DEFAULT_ALPHABET = new Set(
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà',
);
// 3GPP TS 23.038, section 6.2.1.1: each takes two septets.
const EXTENSION_TABLE = new Set('\f^{}\\[~]|€');

const GSM_7 = { single: 160, part: 153 };
const UCS_2 = { single: 70, part: 67 };

export interface SmsSize {
  encoding: 'GSM-7' | 'UCS-2';
  /** Septets, or UTF-16 code units. */
  units: number;
  parts: number;
}

/** Distinct characters outside the GSM 7-bit alphabet. A single one makes the whole text UCS-2. */
export function charactersOutsideGsm7(text: string): string[] {
  return [...new Set(text)].filter((character) => septetsOf(character) === 0);
}

/** Size of a text. A character of two units is never split between parts. */
export function sizeOfSms(text: string): SmsSize {
  const characters = Array.from(text);
  if (charactersOutsideGsm7(text).length === 0) {
    const septets = characters.map(septetsOf);
    return { encoding: 'GSM-7', units: sum(septets), parts: partsOf(septets, GSM_7) };
  }
  const units = characters.map((character) => character.length);
  return { encoding: 'UCS-2', units: sum(units), parts: partsOf(units, UCS_2) };
}

function septetsOf(character: string): number {
  if (DEFAULT_ALPHABET.has(character)) return 1;
  return EXTENSION_TABLE.has(character) ? 2 : 0;
}

function partsOf(sizes: readonly number[], limit: typeof GSM_7): number {
  if (sum(sizes) <= limit.single) return 1;
  let parts = 1;
  let used = 0;
  for (const size of sizes) {
    if (used + size > limit.part) {
      parts += 1;
      used = 0;
    }
    used += size;
  }
  return parts;
}

function sum(sizes: readonly number[]): number {
  return sizes.reduce((total, size) => total + size, 0);
}
