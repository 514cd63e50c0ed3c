'use client';

import { useState } from 'react';
import { makeBackupCodes, type AccountState } from '@/actions/account';
import { Form, Submit } from './form';
import { LogInAgain } from './log-in-again';

export function BackupCodes({ left }: { left: number }) {
  const [codes, setCodes] = useState<string[]>([]);
  const make = async (_: AccountState) => {
    const state = await makeBackupCodes();
    setCodes(state.backupCodes ?? []);
    return state;
  };
  if (codes.length > 0) {
    return (
      <div role="status">
        <p>Print these, or write them down: they are shown only once. Each works once.</p>
        <ul className="backup-codes">
          {codes.map((code) => (
            <li key={code}>{code}</li>
          ))}
        </ul>
      </div>
    );
  }
  return (
    <Form action={make}>
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
