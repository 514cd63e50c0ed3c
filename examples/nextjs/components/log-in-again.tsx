import { logInAgain } from '@/actions/account';
import { IfLoginAgain } from './form';

export function LogInAgain() {
  return (
    <IfLoginAgain>
      <button type="submit" className="secondary" formAction={logInAgain}>
        Log in again
      </button>
    </IfLoginAgain>
  );
}
