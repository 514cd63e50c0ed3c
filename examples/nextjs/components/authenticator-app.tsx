'use client';

import { confirmTotp, enrolTotp, removeTotp, type AccountState } from '@/actions/account';
import { Field, Form, Submit } from './form';
import { LogInAgain } from './log-in-again';

type Enrolment = NonNullable<AccountState['enrolment']>;

export function AuthenticatorApp({ isActive }: { isActive: boolean }) {
  if (isActive) {
    return (
      <Form action={removeTotp} key="remove">
        <p>Your second step is a code from your app.</p>
        <Submit kind="secondary" busy="Removing it…">
          Remove the app
        </Submit>
        <LogInAgain />
      </Form>
    );
  }
  return (
    <Form
      action={enrolTotp}
      key="enrol"
      result={({ enrolment }) => enrolment && <Confirm enrolment={enrolment} />}
    >
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
