import { logOutEverywhere } from '@/actions/account';
import { Form, Submit } from './form';

export function LogOutEverywhere() {
  return (
    <Form action={logOutEverywhere}>
      <Submit kind="secondary" busy="Logging out…">
        Log out everywhere
      </Submit>
    </Form>
  );
}
