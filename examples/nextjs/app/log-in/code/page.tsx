import type { Metadata } from 'next';
import Link from 'next/link';
import { redirect, RedirectType } from 'next/navigation';
import { enterCode, resendCode } from '@/actions/log-in';
import { Field, Form, Submit } from '@/components/form';
import { PageHead } from '@/components/page-head';
import { Expiry, Resend } from '@/components/resend';
import { maskNumber } from '@/lib/format';
import { skipIfLoggedIn } from '@/lib/session';
import { readVisit, secondsUntil, type Factor } from '@/lib/visit';

const TEXTS: Record<Factor, { title: string; lede: (number: string) => string; label: string }> = {
  sms: {
    title: 'Check your phone',
    lede: (number) => `We have sent a code to ${maskNumber(number)}.`,
    label: 'Code from the message',
  },
  totp: {
    title: 'Open your authenticator app',
    lede: () => 'It shows six digits for Harbour, which change every 30 seconds.',
    label: 'Code from the app',
  },
  backup_code: {
    title: 'Use a backup code',
    lede: () => 'One of the ten codes that you saved. Each works once.',
    label: 'Backup code',
  },
};

const OTHER: Record<Factor, string> = {
  sms: 'Use the code from the message',
  totp: 'Use the authenticator app',
  backup_code: 'Use a backup code',
};

interface Props {
  searchParams: Promise<{ with?: string }>;
}

async function load({ searchParams }: Props) {
  await skipIfLoggedIn();
  const { login } = await readVisit();
  if (!login) redirect('/log-in', RedirectType.replace);
  const asked = (await searchParams).with;
  const factor = login.factors.find((name) => name === asked) ?? login.factors[0] ?? 'sms';
  return { ...login, factor };
}

export async function generateMetadata(props: Props): Promise<Metadata> {
  return { title: TEXTS[(await load(props)).factor].title };
}

export default async function SecondStep(props: Props) {
  const { factors, factor, phoneNumber, sent } = await load(props);
  const { title, lede, label } = TEXTS[factor];
  const isBackup = factor === 'backup_code';
  return (
    <div className="narrow">
      <PageHead title={title}>{lede(phoneNumber)}</PageHead>
      <div className="card">
        <Form action={enterCode} key={factor}>
          <input type="hidden" name="factor" value={factor} />
          <Field
            name="code"
            label={label}
            isCode
            autoComplete={isBackup ? 'off' : 'one-time-code'}
            {...(!isBackup && { inputMode: 'numeric' as const })}
            autoFocus
          />
          {factor === 'sms' && sent && <Expiry seconds={secondsUntil(sent.expiresAt)} />}
          <Submit busy="Checking…">Log in</Submit>
        </Form>
        {factor === 'sms' && (
          <Resend action={resendCode} wait={sent ? secondsUntil(sent.resendAt) : 0} />
        )}
      </div>
      <ul className="asides">
        {factors
          .filter((name) => name !== factor)
          .map((name) => (
            <li key={name}>
              <Link href={`/log-in/code?with=${name}`} replace>
                {OTHER[name]}
              </Link>
            </li>
          ))}
        <li>
          <Link href="/log-in" replace>
            Start again
          </Link>
        </li>
      </ul>
    </div>
  );
}
