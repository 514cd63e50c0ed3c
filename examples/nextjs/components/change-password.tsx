'use client';

import { changePassword } from '@/actions/account';
import { Field, Form, Submit } from './form';

export function ChangePassword() {
  return (
    <Form action={changePassword}>
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
    </Form>
  );
}
