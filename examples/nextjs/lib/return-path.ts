const HERE = 'http://here.invalid';
const MAX_LENGTH = 500;

/**
 * The path if it stays in this app, else undefined. Browsers read `//host`, `/\host` and `/<tab>/host` as
 * another site, so their parser decides.
 */
export function returnPath(asked: unknown): string | undefined {
  if (typeof asked !== 'string' || !asked.startsWith('/') || asked.length > MAX_LENGTH)
    return undefined;
  if (!URL.canParse(asked, HERE)) return undefined;
  const { origin, pathname, search } = new URL(asked, HERE);
  return origin === HERE && !pathname.startsWith('//') ? pathname + search : undefined;
}

/** The login, which leads to `path` afterwards. */
export const loginFor = (path: string): string => `/log-in?next=${encodeURIComponent(path)}`;
