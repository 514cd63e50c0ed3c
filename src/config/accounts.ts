import { ENV_SCHEMA, type Env } from './env.js';
import { isLoopbackUrl } from './fields.js';
import type {
  AccountContext,
  Given,
  ProviderAccount,
  ProviderAccounts,
  ProviderRecord,
  SenderRecord,
} from './provider-record.js';
import { LOCAL_CODE, PROVIDERS } from './providers.js';
import { SMS_SENDERS } from './sms-senders.js';

export type AccountRecord = ProviderRecord | SenderRecord;

/** Every record with an account, in the order of the documents. */
export const ACCOUNT_RECORDS: readonly AccountRecord[] = [...PROVIDERS, ...SMS_SENDERS];

/** The records whose accounts these providers need: that of the SMS sender stands for `local-code`. */
export function accountRecordsOf(providers: Iterable<string>, smsSender: string): AccountRecord[] {
  const names = [...providers].map((name) => (name === LOCAL_CODE.name ? smsSender : name));
  return names.flatMap((name) => ACCOUNT_RECORDS.find((record) => record.name === name) ?? []);
}

/**
 * The configured provider accounts. A loopback URL without credentials is a simulator and gets the
 * development credentials. Without an account, development starts a simulator.
 */
export function accountsOf(env: Env): ProviderAccounts {
  const context = { reportUrl: (path: string) => reportUrl(env, path) };
  const configured = ACCOUNT_RECORDS.filter(
    (record) => hasSecret(record, env) || isSimulator(record, env),
  );
  return Object.fromEntries(
    configured.map((record) => [record.name, accountFrom(record, env, context)]),
  );
}

/** The accounts of the simulators. @param url address of the simulators */
export function simulatedAccounts(url: string): ProviderAccounts {
  const simulated = ACCOUNT_RECORDS.filter(({ simulator }) => simulator !== null);
  const addresses = simulated.map(({ address }) => [address, url] as const);
  return accountsOf(ENV_SCHEMA.parse(Object.fromEntries(addresses)));
}

/** The account of one provider or sender, with its own type. */
export function accountOf<Account extends ProviderAccount>(
  { name }: { name: string; account: (...args: never[]) => Account },
  accounts: ProviderAccounts,
): Account | undefined {
  // `accountsOf` files the result of a record's `account` under the record's name.
  return accounts[name] as Account | undefined;
}

/** The values of a record's variables: `Env` has them all, but its type does not list them. */
export function valuesOf(env: Env): Given<AccountRecord['variables']> {
  return env;
}

function hasSecret({ variables }: AccountRecord, env: Env): boolean {
  const values = valuesOf(env);
  return Object.entries(variables).some(
    ([name, { kind }]) => kind === 'secret' && values[name] !== undefined,
  );
}

function isSimulator({ address }: AccountRecord, env: Env): boolean {
  const url = valuesOf(env)[address];
  return typeof url === 'string' && isLoopbackUrl(url);
}

function accountFrom(record: AccountRecord, env: Env, context: AccountContext): ProviderAccount {
  const values = valuesOf(env);
  const filled: Record<string, unknown> = { ...values };
  for (const [name, variable] of Object.entries(record.variables)) {
    if (!('development' in variable)) continue;
    filled[name] ??= isSimulator(record, env) ? variable.development : '';
  }
  return record.account(filled, context);
}

/** Undefined unless this service has a public URL and accepts delivery reports. */
function reportUrl(
  { PUBLIC_URL: base, CALLBACK_TOKEN: token }: Env,
  path: string,
): string | undefined {
  if (base === undefined || token === undefined) return undefined;
  return `${base}/callbacks/${path}/${token}`;
}
