import type { Metadata } from 'next';
import Link from 'next/link';
import { logIn } from '@/actions/log-in';
import { Field, Form, Submit } from '@/components/form';
import { PageHead } from '@/components/page-head';
import { readVisit } from '@/lib/visit';

export const metadata: Metadata = { title: 'Log in' };

export default async function LogIn() {
  const { notice, phoneNumber, login } = await readVisit();
  return (
    <div className="narrow">
      <PageHead title="Log in" notice={notice} />
      <Form action={logIn} className="form card">
        <Field
          name="phoneNumber"
          label="Phone number"
          type="tel"
          hint="With its country code, such as +1 415 555 2671."
          autoComplete="username"
          defaultValue={phoneNumber}
        />
        <Field name="password" label="Password" type="password" autoComplete="current-password" />
        <Submit busy="Logging in…">Continue</Submit>
        <p className="form-foot">
          <Link href="/reset">Forgot your password?</Link>
        </p>
      </Form>
      {login && (
        <p className="aside">
          Already have a code? <Link href="/log-in/code">Enter it</Link>.
        </p>
      )}
      <p className="aside">
        New here? <Link href="/sign-up">Sign up</Link>.
      </p>
    </div>
  );
}
