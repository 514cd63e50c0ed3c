'use client';

import { useEffect, useRef } from 'react';
import { makeBackupCodes } from '@/actions/account';
import { Form, Submit } from './form';
import { LogInAgain } from './log-in-again';

export function BackupCodes({ left }: { left: number }) {
  return (
    <Form
      action={makeBackupCodes}
      result={({ backupCodes }) => backupCodes && <Codes codes={backupCodes} />}
    >
      <p>
        {left > 0
          ? `You have ${left} left. New ones replace them.`
          : 'They let you log in if you lose your phone. You have none.'}
      </p>
      <Submit kind="secondary" busy="Creating them…">
        Create backup codes
      </Submit>
      <LogInAgain />
    </Form>
  );
}

function Codes({ codes }: { codes: readonly string[] }) {
  const text = useRef<HTMLParagraphElement>(null);
  useEffect(() => text.current?.focus(), []);
  return (
    <div>
      <p ref={text} tabIndex={-1}>
        Print these, or write them down: they are shown only once. Each works once.
      </p>
      <ul className="backup-codes">
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
    </div>
  );
}
