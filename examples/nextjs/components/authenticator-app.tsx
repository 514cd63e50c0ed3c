'use client';

import { useState } from 'react';
import { confirmTotp, enrolTotp, removeTotp, type AccountState } from '@/actions/account';
import { Field, Form, Submit } from './form';
import { LogInAgain } from './log-in-again';

type Enrolment = NonNullable<AccountState['enrolment']>;

export function AuthenticatorApp({ isActive }: { isActive: boolean }) {
  const [enrolment, setEnrolment] = useState<Enrolment>();
  const enrol = async (_: AccountState) => {
    const state = await enrolTotp();
    setEnrolment(state.enrolment);
    return state;
  };
  if (isActive) {
    return (
      <Form action={removeTotp}>
        <p>Your second step is a code from your app.</p>
        <Submit kind="secondary" busy="Removing it…">
          Remove the app
        </Submit>
        <LogInAgain />
      </Form>
    );
  }
  if (enrolment) return <Confirm enrolment={enrolment} />;
  return (
    <Form action={enrol}>
      <p>Codes from an app instead of messages are safer and work without coverage.</p>
      <Submit busy="One moment…">Set up an app</Submit>
      <LogInAgain />
    </Form>
  );
}

function Confirm({ enrolment: { secret, otpauthUrl, qrSvg } }: { enrolment: Enrolment }) {
  return (
    <Form action={confirmTotp}>
      <p>Scan this with the app, then type the six digits that it shows.</p>
      <div className="enrolment">
        <img
          src={`data:image/svg+xml,${encodeURIComponent(qrSvg)}`}
          alt="QR code for the app"
          width={168}
          height={168}
        />
        <p>
          No camera? <a href={otpauthUrl}>Open the app</a> or type this key:
          <code className="secret">{secret}</code>
        </p>
      </div>
      <Field
        name="code"
        label="Code from the app"
        isCode
        inputMode="numeric"
        autoComplete="one-time-code"
        autoFocus
      />
      <Submit busy="Checking…">Confirm the app</Submit>
      <LogInAgain />
    </Form>
  );
}
