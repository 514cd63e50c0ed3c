import { logInAgain } from '@/actions/account';
import { IfLoginAgain } from './form';

/** Beside "we need a login of the last ten minutes": the way there. */
export function LogInAgain() {
  return (
    <IfLoginAgain>
      <button type="submit" className="secondary" formAction={logInAgain}>
        Log in again
      </button>
    </IfLoginAgain>
  );
}
