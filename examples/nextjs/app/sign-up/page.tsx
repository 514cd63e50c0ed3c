import type { Metadata } from 'next';
import Link from 'next/link';
import { forgetProof } from '@/actions/prove';
import { signUp } from '@/actions/sign-up';
import { Field, Form, Submit } from '@/components/form';
import { PageHead } from '@/components/page-head';
import { VerifyNumber } from '@/components/verify-number';
import { skipIfLoggedIn } from '@/lib/session';
import { noticeOn, readVisit } from '@/lib/visit';

/** The visit, and its proof of this purpose. */
async function load() {
  await skipIfLoggedIn();
  const visit = await readVisit();
  const { proven } = visit;
  const isProven = proven?.purpose === 'register' && proven.expiresAt > Date.now();
  return { visit, proven: isProven ? proven : undefined };
}

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await load()).proven ? 'Almost there' : 'Sign up' };
}

export default async function SignUp() {
  const { visit, proven } = await load();
  if (!proven) {
    return (
      <div className="narrow">
        <PageHead title="Sign up" notice={noticeOn('/sign-up', visit)}>
          First we make sure that the number is yours.
        </PageHead>
        <VerifyNumber purpose="register" />
        <p className="aside">
          Been here before?{' '}
          <Link href="/log-in" replace>
            Log in
          </Link>{' '}
          instead: signing up again creates a new account for your number.
        </p>
      </div>
    );
  }
  return (
    <div className="narrow">
      <PageHead title="Almost there">
        <strong className="number">{proven.phoneNumber}</strong> is yours. Choose a password.
      </PageHead>
      <Form action={signUp} className="form card">
        <input hidden name="username" autoComplete="username" value={proven.phoneNumber} readOnly />
        <Field
          name="name"
          label="Your name"
          hint="What the harbour office should call you."
          autoComplete="name"
        />
        <Field
          name="password"
          label="Password"
          type="password"
          hint="Eight characters or more. A few words are easier to remember."
          autoComplete="new-password"
        />
        <Submit busy="Creating your account…">Create my account</Submit>
      </Form>
      <form action={forgetProof} className="aside">
        <button type="submit" className="link">
          Use another number
        </button>
      </form>
    </div>
  );
}
