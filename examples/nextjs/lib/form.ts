import 'server-only';

export function field(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === 'string' ? value : '';
}

/** A phone number without common separators; the service parses it. */
export const typedNumber = (form: FormData): string =>
  field(form, 'phoneNumber')
    .replace(/[\s().-]/g, '')
    .replace(/^00/, '+');

export const typedCode = (form: FormData): string => field(form, 'code').replace(/\s/g, '');
