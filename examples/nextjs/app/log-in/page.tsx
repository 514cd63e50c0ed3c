import type { Metadata } from 'next';
import Link from 'next/link';
import { logIn } from '@/actions/log-in';
import { Field, Form, Submit } from '@/components/form';
import { PageHead } from '@/components/page-head';
import { EXAMPLE_NUMBER } from '@/lib/format';
import { returnPath } from '@/lib/return-path';
import { readEndNotice, skipIfLoggedIn } from '@/lib/session';
import { noticeOn, readVisit } from '@/lib/visit';

export const metadata: Metadata = { title: 'Log in' };

interface Props {
  searchParams: Promise<{ next?: string | string[] }>;
}

export default async function LogIn({ searchParams }: Props) {
  const asked = (await searchParams).next;
  await skipIfLoggedIn(asked);
  const visit = await readVisit();
  const { phoneNumber, login } = visit;
  const next = returnPath(asked) ?? visit.next;
  const notice = noticeOn('/log-in', visit) ?? (await readEndNotice());
  return (
    <div className="narrow">
      <PageHead title="Log in" notice={notice} />
      <Form action={logIn} className="form card">
        {next && <input type="hidden" name="next" value={next} />}
        <Field
          name="phoneNumber"
          label="Phone number"
          type="tel"
          hint={`With its country code, such as ${EXAMPLE_NUMBER}.`}
          autoComplete="username"
          defaultValue={phoneNumber}
        />
        <Field name="password" label="Password" type="password" autoComplete="current-password" />
        <Submit busy="Logging in…">Continue</Submit>
        <p className="form-foot">
          <Link href="/reset" replace>
            Forgot your password?
          </Link>
        </p>
      </Form>
      {login && (
        <p className="aside">
          Already have a code?{' '}
          <Link href="/log-in/code" replace>
            Enter it
          </Link>
          .
        </p>
      )}
      <p className="aside">
        New here?{' '}
        <Link href="/sign-up" replace>
          Sign up
        </Link>
        .
      </p>
    </div>
  );
}
