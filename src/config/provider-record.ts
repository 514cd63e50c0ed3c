import { z } from 'zod';
import type { HttpClient } from '../clients/http-client.js';
import type { Channel } from '../domain/verification.js';
import type { SmsSender } from '../services/messages/sms-sender.js';
import type { VerificationProvider } from '../services/providers/provider.js';
import { baseUrl } from './fields.js';

/** The types of a provider's record: everything that the service knows about it (ADR 0019). */

interface UrlVariable {
  kind: 'url';
  schema: z.ZodType<string | undefined>;
}

interface CredentialVariable {
  /** Production refuses the development value of a secret. An identifier is no secret. */
  kind: 'secret' | 'identifier';
  schema: z.ZodOptional<z.ZodString>;
  /** Published. Stands in for a variable that is not set, and only when the address is a simulator's. */
  development: string;
}

interface SettingVariable {
  kind: 'setting';
  schema: z.ZodType;
}

export type Variables = Readonly<
  Record<string, UrlVariable | CredentialVariable | SettingVariable>
>;

/** The parsed values of the variables. */
export type Given<V extends Variables> = { [N in keyof V]: z.infer<V[N]['schema']> };

/** The same with every credential: the development value or an empty text if it is not set. */
export type Filled<V extends Variables> = {
  [N in keyof V]: V[N] extends CredentialVariable ? string : z.infer<V[N]['schema']>;
};

export interface ProviderAccount {
  /** Base URL of the provider's API. */
  url: string;
}

/** The configured accounts by name of the provider or sender. */
export type ProviderAccounts = Readonly<Record<string, ProviderAccount>>;

/** What an account depends on besides its own variables. */
export interface AccountContext {
  /** Address for delivery reports at `/callbacks/<path>/<token>`; undefined unless they are accepted. */
  reportUrl: (path: string) => string | undefined;
}

/** What a service is made with besides its account. */
export interface ProviderTools {
  /** A client with the deadline of a provider call. The container closes it. */
  http: (baseUrl: string) => HttpClient;
  /** Deadline of one call. */
  timeoutMs: number;
}

/** Names of variables, which `provider` and `smsSender` check against the record's own. */
interface VariableNames<V extends Variables, VariableName extends string> {
  /** The variable with the base URL. On loopback and without credentials it is a simulator's. */
  address: VariableName;
  /** What production needs if the provider is used. Without it: every secret and identifier. */
  required?(env: Given<V>): readonly VariableName[];
}

interface AccountParts<Name, V extends Variables, Account, Simulator> {
  /** In the configuration, the database, logs and metrics. */
  name: Name;
  variables: V;
  /** The section of the simulator in `/simulator/control`; null when no simulator exists. */
  simulator: Simulator;
  /** What is wrong with the combination of values. Names variables, never values. */
  faults?(env: Given<V>): string[];
  account(env: Filled<V>, context: AccountContext): Account;
}

interface ProviderParts<Name, V extends Variables, Account, Simulator> extends AccountParts<
  Name,
  V,
  Account,
  Simulator
> {
  channels: readonly [Channel, ...Channel[]];
  service(
    account: Account,
    tools: ProviderTools,
  ): Promise<VerificationProvider & { readonly name: NoInfer<Name> }>;
}

interface SenderParts<Name, V extends Variables, Account, Simulator> extends AccountParts<
  Name,
  V,
  Account,
  Simulator
> {
  service(
    account: Account,
    tools: ProviderTools,
  ): Promise<SmsSender & { readonly name: NoInfer<Name> }>;
}

/** A company that makes, sends and judges codes. */
export interface ProviderRecord<
  Name = string,
  V extends Variables = Variables,
  Account = ProviderAccount,
  Simulator = string | null,
>
  extends ProviderParts<Name, V, Account, Simulator>, VariableNames<V, string> {}

/** A company that only delivers text messages, for `local-code`. */
export interface SenderRecord<
  Name = string,
  V extends Variables = Variables,
  Account = ProviderAccount,
  Simulator = string | null,
>
  extends SenderParts<Name, V, Account, Simulator>, VariableNames<V, string> {}

/** Declares a provider. The compiler checks its parts against each other. */
export function provider<
  const Name extends string,
  V extends Variables,
  Account extends ProviderAccount,
  const Simulator extends string | null,
>(
  record: ProviderParts<Name, V, Account, Simulator> & VariableNames<V, keyof V & string>,
): ProviderRecord<Name, V, Account, Simulator> {
  return record;
}

/** Declares an SMS sender. The compiler checks its parts against each other. */
export function smsSender<
  const Name extends string,
  V extends Variables,
  Account extends ProviderAccount,
  const Simulator extends string | null,
>(
  record: SenderParts<Name, V, Account, Simulator> & VariableNames<V, keyof V & string>,
): SenderRecord<Name, V, Account, Simulator> {
  return record;
}

/** A URL of the provider. Plain http and, in production, loopback are refused. */
export function url(description: string, options: { default: string }) {
  return { kind: 'url', schema: baseUrl().default(options.default).describe(description) } as const;
}

/** A URL whose default depends on other variables. */
export function optionalUrl(description: string) {
  return { kind: 'url', schema: baseUrl().optional().describe(description) } as const;
}

/** @param options its published value, which only simulators accept and which production refuses */
export function secret(description: string, { development }: { development: string }) {
  return {
    kind: 'secret',
    schema: z.string().optional().describe(description),
    development,
  } as const;
}

/** The name or id of an account. @param options the value that simulators accept */
export function identifier(description: string, { development }: { development: string }) {
  const schema = z.string().optional().describe(description);
  return { kind: 'identifier', schema, development } as const;
}

/** Any other variable; its schema has a description. */
export function setting<Schema extends z.ZodType>(schema: Schema) {
  return { kind: 'setting', schema } as const;
}
