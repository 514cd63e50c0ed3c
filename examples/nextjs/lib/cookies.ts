import 'server-only';
import { randomBytes } from 'node:crypto';
import { cookies } from 'next/headers';
import { settings } from './settings';

export type CookieName = 'session' | 'visit';

const nameOf = (name: CookieName) => (settings.isSecure ? `__Host-${name}` : name);

export async function readId(name: CookieName): Promise<string | undefined> {
  return (await cookies()).get(nameOf(name))?.value;
}

/** A new id of 256 random bits, and a cookie that holds it and that no script can read. */
export async function createIdCookie(name: CookieName, seconds: number): Promise<string> {
  const id = randomBytes(32).toString('base64url');
  (await cookies()).set(nameOf(name), id, {
    httpOnly: true,
    secure: settings.isSecure,
    // Not "strict": a link from a mail would then find people logged out. Changes are Server Actions, which check Origin.
    sameSite: 'lax',
    path: '/',
    maxAge: seconds,
  });
  return id;
}

export async function deleteIdCookie(name: CookieName): Promise<void> {
  (await cookies()).delete({ name: nameOf(name), path: '/', secure: settings.isSecure });
}
