'use client';

import { useState } from 'react';
import { changePassword, type AccountState } from '@/actions/account';
import { Field, Form, Submit } from './form';

export function ChangePassword() {
  const [done, setDone] = useState('');
  const change = async (before: AccountState, form: FormData) => {
    const state = await changePassword(before, form);
    setDone(state.done ?? '');
    return state;
  };
  return (
    <Form action={change}>
      <Field
        name="currentPassword"
        label="Current password"
        type="password"
        autoComplete="current-password"
      />
      <Field
        name="newPassword"
        label="New password"
        type="password"
        hint="Eight characters or more."
        autoComplete="new-password"
      />
      <Submit kind="secondary" busy="Changing it…">
        Change password
      </Submit>
      <div role="status">{done && <p className="notice">{done}</p>}</div>
    </Form>
  );
}
