import type { Metadata } from 'next';
import { AuthenticatorApp } from '@/components/authenticator-app';
import { BackupCodes } from '@/components/backup-codes';
import { ChangePassword } from '@/components/change-password';
import { LogOutEverywhere } from '@/components/log-out-everywhere';
import { PageHead } from '@/components/page-head';
import { formatTime } from '@/lib/format';
import { ServiceProblem } from '@/lib/service';
import { callWithSession, loseSession, requireSession } from '@/lib/session';

export const metadata: Metadata = { title: 'Your account' };

interface Me {
  phoneNumber: string;
  name: string | null;
  createdAt: string;
  totp: boolean;
  backupCodes: number;
  warnings: string[];
}

interface Session {
  sessionId: string;
  factor: 'sms' | 'totp' | 'backup_code';
  authenticatedAt: string;
  current: boolean;
}

const FACTORS = { sms: 'code by message', totp: 'authenticator app', backup_code: 'backup code' };
const NOTICES: Record<string, string> = {
  app: 'Your app is now the second step. You have been logged out everywhere else.',
  'no-app': 'The app is removed. Codes come by message again.',
};

async function load(): Promise<{ me: Me; sessions: Session[] }> {
  const session = await requireSession('/account');
  try {
    const [me, { sessions }] = await Promise.all([
      callWithSession<Me>(session, '/auth/me'),
      callWithSession<{ sessions: Session[] }>(session, '/auth/sessions'),
    ]);
    return { me, sessions };
  } catch (error) {
    if (error instanceof ServiceProblem && error.code === 'token_invalid') {
      return loseSession('/account');
    }
    throw error;
  }
}

export default async function Account({
  searchParams,
}: {
  searchParams: Promise<{ done?: string }>;
}) {
  const { me, sessions } = await load();
  const notice = NOTICES[(await searchParams).done ?? ''];
  return (
    <div className="account">
      <PageHead title={me.name ? `Ahoy, ${me.name}` : 'Your account'} notice={notice} />
      {me.warnings.includes('sms_is_restricted') && (
        <p className="warning">
          <strong>Codes by message can be stolen together with your number.</strong> An
          authenticator app is safer, and works without coverage.
        </p>
      )}
      <div className="columns">
        <section className="card" aria-labelledby="who">
          <h2 id="who">You</h2>
          <dl className="facts">
            <div>
              <dt>Phone number</dt>
              <dd className="number">{me.phoneNumber}</dd>
            </div>
            <div>
              <dt>Name</dt>
              <dd>{me.name ?? 'Not given'}</dd>
            </div>
            <div>
              <dt>Guest since</dt>
              <dd>{formatTime(me.createdAt)}</dd>
            </div>
          </dl>
        </section>
        <section className="card" aria-labelledby="app">
          <h2 id="app">Authenticator app</h2>
          <AuthenticatorApp isActive={me.totp} />
        </section>
        <section className="card" aria-labelledby="backup">
          <h2 id="backup">Backup codes</h2>
          <BackupCodes left={me.backupCodes} />
        </section>
        <section className="card" aria-labelledby="password">
          <h2 id="password">Password</h2>
          <ChangePassword />
        </section>
        <section className="card wide" aria-labelledby="sessions">
          <h2 id="sessions">Where you are logged in</h2>
          <ul className="sessions">
            {sessions.map((session) => (
              <li key={session.sessionId}>
                <span>
                  {formatTime(session.authenticatedAt)}, with {FACTORS[session.factor]}
                </span>
                {session.current && <strong>This browser</strong>}
              </li>
            ))}
          </ul>
          <LogOutEverywhere />
        </section>
      </div>
    </div>
  );
}
