import 'server-only';
import { randomBytes } from 'node:crypto';
import { cookies } from 'next/headers';
import { settings } from './settings';

export type CookieName = 'session' | 'visit';

const nameOf = (name: CookieName) => (settings.isSecure ? `__Host-${name}` : name);

export async function readId(name: CookieName): Promise<string | undefined> {
  return (await cookies()).get(nameOf(name))?.value;
}

/** Sets a cookie with a new id of 256 random bits. */
export async function createIdCookie(name: CookieName, seconds: number): Promise<string> {
  const id = randomBytes(32).toString('base64url');
  (await cookies()).set(nameOf(name), id, {
    httpOnly: true,
    secure: settings.isSecure,
    // Not "strict", so that a link from an email finds the user logged in. Server Actions check
    // Origin.
    sameSite: 'lax',
    path: '/',
    maxAge: seconds,
  });
  return id;
}

export async function deleteIdCookie(name: CookieName): Promise<void> {
  (await cookies()).delete({ name: nameOf(name), path: '/', secure: settings.isSecure });
}
