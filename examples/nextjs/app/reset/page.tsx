import type { Metadata } from 'next';
import Link from 'next/link';
import { resetPassword } from '@/actions/reset';
import { Field, Form, Submit } from '@/components/form';
import { PageHead } from '@/components/page-head';
import { VerifyNumber } from '@/components/verify-number';
import { noticeOn, readVisit } from '@/lib/visit';

/** The visit, and its proof of this purpose. */
async function load() {
  const visit = await readVisit();
  const { proven } = visit;
  const isProven = proven?.purpose === 'password-reset' && proven.expiresAt > Date.now();
  return { visit, proven: isProven ? proven : undefined };
}

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await load()).proven ? 'Choose a new password' : 'Set a new password' };
}

export default async function Reset() {
  const { visit, proven } = await load();
  if (!proven) {
    return (
      <div className="narrow">
        <PageHead title="Set a new password" notice={noticeOn('/reset', visit)}>
          First confirm that the number is yours.
        </PageHead>
        <VerifyNumber purpose="password-reset" />
        <p className="aside">
          Remembered it?{' '}
          <Link href="/log-in" replace>
            Log in
          </Link>
          .
        </p>
      </div>
    );
  }
  return (
    <div className="narrow">
      <PageHead title="Choose a new password">
        For <strong className="number">{proven.phoneNumber}</strong>. You will be logged out
        everywhere; your second step stays as it is.
      </PageHead>
      <Form action={resetPassword} className="form card">
        <input hidden name="username" autoComplete="username" value={proven.phoneNumber} readOnly />
        <Field
          name="newPassword"
          label="New password"
          type="password"
          hint="Eight characters or more. A few words are easier to remember."
          autoComplete="new-password"
        />
        <Submit busy="Setting it…">Set the password</Submit>
      </Form>
    </div>
  );
}
