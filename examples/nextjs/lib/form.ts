import 'server-only';

/** A field of a form as text; a browser may send anything, files too. */
export function field(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === 'string' ? value : '';
}

/** A number as people type it: the service reads what is left. */
export const typedNumber = (form: FormData): string =>
  field(form, 'phoneNumber')
    .replace(/[\s().-]/g, '')
    .replace(/^00/, '+');

/** A code as people type or paste it. */
export const typedCode = (form: FormData): string => field(form, 'code').replace(/\s/g, '');
