import Link from 'next/link';
import { logOut } from '@/actions/account';
import { currentSession } from '@/lib/session';

/** The signal flag H, "Hotel". */
export function Flag() {
  return (
    <svg viewBox="0 0 28 20" width="28" height="20" aria-hidden="true" className="flag">
      <rect x="0.75" y="0.75" width="26.5" height="18.5" rx="2" className="flag-outline" />
      <path d="M14 0.75h11.25a2 2 0 0 1 2 2v14.5a2 2 0 0 1-2 2H14z" className="flag-fly" />
    </svg>
  );
}

export async function SiteHeader() {
  const session = await currentSession();
  return (
    <header className="site-header">
      <Link href="/" className="brand">
        <Flag />
        Harbour
      </Link>
      <nav aria-label="Main">
        {session ? (
          <>
            <Link href="/pay">Pay</Link>
            <Link href="/account">Account</Link>
            <form action={logOut}>
              <button type="submit" className="nav-button">
                Log out
              </button>
            </form>
          </>
        ) : (
          <>
            <Link href="/log-in">Log in</Link>
            <Link href="/sign-up" className="nav-strong">
              Sign up
            </Link>
          </>
        )}
      </nav>
    </header>
  );
}
