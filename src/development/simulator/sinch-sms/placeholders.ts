/** Values of `${name}` placeholders: by name, then by recipient's number or `default`. */
export type Parameters = Record<string, Record<string, string>>;

const PLACEHOLDER = /\$\{([A-Za-z0-9._-]{1,16})\}/g;

/** The text for one recipient; null when a placeholder has no value. */
export function textFor(msisdn: string, body: string, parameters: Parameters): string | null {
  const value = (name: string) =>
    valueFor(msisdn, Object.hasOwn(parameters, name) ? parameters[name] : undefined);
  const names = Array.from(body.matchAll(PLACEHOLDER), ([, name = '']) => name);
  if (names.some((name) => value(name) === undefined)) return null;
  return body.replace(PLACEHOLDER, (_placeholder, name: string) => value(name) ?? '');
}

function valueFor(msisdn: string, values: Record<string, string> = {}): string | undefined {
  const [, own] = Object.entries(values).find(([key]) => withoutPrefix(key) === msisdn) ?? [];
  return own ?? (Object.hasOwn(values, 'default') ? values['default'] : undefined);
}

/** A number as the API returns it: digits only. */
export function withoutPrefix(number: string): string {
  return number.replace(/^(\+|00)/, '');
}
