import { ACCOUNT_RECORDS } from '../../src/config/accounts.js';

/** Every variable of the providers, empty: that is unset, and it overrides a .env file. */
export function noAccounts(): Record<string, string> {
  const names = ACCOUNT_RECORDS.flatMap(({ variables }) => Object.keys(variables));
  return Object.fromEntries(names.map((name) => [name, '']));
}
