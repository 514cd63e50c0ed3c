import Link from 'next/link';
import { Chart } from '@/components/chart';
import { StepHeading } from '@/components/step-heading';
import { currentSession } from '@/lib/session';

export default async function Home() {
  const session = await currentSession();
  return (
    <div className="home">
      <section className="hero">
        <StepHeading>A berth for tonight.</StepHeading>
        <p className="lede">
          Harbour keeps guest berths in forty-two small harbours along the coast. Your phone number
          is all you need: it holds the booking, opens the gate and pays the fee.
        </p>
        <div className="actions">
          {session ? (
            <>
              <Link href="/pay" className="button primary">
                Pay for your berth
              </Link>
              <Link href="/account" className="button secondary">
                Your account
              </Link>
            </>
          ) : (
            <>
              <Link href="/sign-up" className="button primary">
                Sign up
              </Link>
              <Link href="/log-in" className="button secondary">
                Log in
              </Link>
            </>
          )}
        </div>
      </section>
      <Chart />
      <dl className="promises">
        <div>
          <dt>No inbox to dig through</dt>
          <dd>The harbour office reaches you by text message, also out at sea.</dd>
        </div>
        <div>
          <dt>Two steps to your account</dt>
          <dd>A password and a code, by message or from an authenticator app.</dd>
        </div>
        <div>
          <dt>Payments that say what they are</dt>
          <dd>The message with the code names the amount and who gets it.</dd>
        </div>
      </dl>
    </div>
  );
}
