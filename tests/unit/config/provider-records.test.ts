import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { HttpClient } from '../../../src/clients/http-client.js';
import { ACCOUNT_RECORDS } from '../../../src/config/accounts.js';
import { ENV_SCHEMA } from '../../../src/config/env.js';
import { isLoopbackUrl } from '../../../src/config/fields.js';
import { ConfigError, loadConfig } from '../../../src/config/load.js';
import {
  provider,
  secret,
  url,
  type ProviderRecord,
  type ProviderTools,
} from '../../../src/config/provider-record.js';
import { LOCAL_CODE, PROVIDERS } from '../../../src/config/providers.js';
import { SMS_SENDERS } from '../../../src/config/sms-senders.js';
import type { VerificationProvider } from '../../../src/services/providers/provider.js';

const providers: readonly ProviderRecord[] = PROVIDERS;
const LOOPBACK = 'http://127.0.0.1:9';

/** Routes everything through the record. */
const routeThrough = (name: string): Record<string, string> =>
  providers.some((record) => record.name === name)
    ? { VERIFICATION_PROVIDERS: name }
    : { VERIFICATION_PROVIDERS: LOCAL_CODE.name, SMS_SENDER: name };

function faultsOf(environment: Record<string, string>): readonly string[] {
  try {
    loadConfig(environment);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
}

const production = (environment: Record<string, string>) =>
  faultsOf({ NODE_ENV: 'production', ...environment });

const namesOf = (kind: string) =>
  ACCOUNT_RECORDS.flatMap(({ variables }) =>
    Object.entries(variables)
      .filter(([, variable]) => variable.kind === kind)
      .map(([name, variable]) => ({ name, variable })),
  );

describe.each(ACCOUNT_RECORDS)('the record of $name', (record) => {
  const { name, variables } = record;

  test('has a name for logs and metrics, a secret and the address of its API', () => {
    expect(name).toMatch(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/);
    expect(Object.values(variables).map(({ kind }) => kind)).toContain('secret');
    expect(variables[record.address]?.kind).toBe('url');
  });

  test('declares every variable as what its name says', () => {
    for (const [variable, { kind }] of Object.entries(variables)) {
      if (/_(SECRET|TOKEN|PASSWORD|API_KEY)$/.test(variable)) {
        expect([variable, kind]).toEqual([variable, 'secret']);
      }
      if (/_(URL|URI|HOST|ENDPOINT|ADDRESS)$/.test(variable)) {
        expect([variable, kind]).toEqual([variable, 'url']);
      }
    }
  });

  test('makes a service with its name and its channels', async () => {
    const config = loadConfig({ ...routeThrough(name), [record.address]: LOOPBACK });
    const clients: HttpClient[] = [];
    const tools: ProviderTools = {
      http: (baseUrl) => {
        clients.push(new HttpClient({ provider: name, baseUrl, timeoutMs: 100 }));
        return clients.at(-1)!;
      },
      timeoutMs: 100,
    };
    const service = await record.service(config.accounts[name]!, tools);
    for (const client of clients) client.close();
    expect(clients).not.toEqual([]);
    expect(service.name).toBe(name);
    if ('channels' in record) {
      expect([...(service as VerificationProvider).channels]).toEqual(record.channels);
    }
  });

  test('makes production ask for an account', () => {
    const missing = production(routeThrough(name)).filter((fault) =>
      fault.endsWith(': must be set in production'),
    );
    const secrets = Object.keys(variables).filter((each) => variables[each]?.kind === 'secret');
    expect(secrets.some((each) => missing.some((fault) => fault.startsWith(`${each}:`)))).toBe(
      true,
    );
  });
});

describe('every secret of a provider', () => {
  test.each(namesOf('secret'))(
    '$name must not have its published value in production',
    ({ name, variable }) => {
      const development = 'development' in variable ? variable.development : '';
      expect(development).not.toBe('');
      const about = (more: Record<string, string>) =>
        production({ [name]: development, ...more }).filter((fault) =>
          fault.startsWith(`${name}: is the published development value`),
        );
      expect(about({})).toHaveLength(1);
      expect(about({ SINCH_VERIFICATION_URL: LOOPBACK })).toEqual(about({}));
      const both = production({ [name]: development, SINCH_VERIFICATION_URL: LOOPBACK });
      expect(both.join()).toContain('SINCH_VERIFICATION_URL: a provider on this machine');
      expect(about({})[0]).not.toContain(development);
      expect(about({ PROVIDER_ALLOW_LOOPBACK: 'true' })).toEqual([]);
    },
  );
});

describe('every address of a provider', () => {
  test.each(namesOf('url'))('$name must not be on this machine in production', ({ name }) => {
    const about = (more: Record<string, string>) =>
      production({ [name]: LOOPBACK, ...more }).filter((fault) => fault.startsWith(`${name}:`));
    expect(about({})).toEqual([expect.stringContaining('PROVIDER_ALLOW_LOOPBACK')]);
    expect(about({ PROVIDER_ALLOW_LOOPBACK: 'true' })).toEqual([]);
  });

  test.each(namesOf('url'))('$name must be https, also by default', ({ name, variable }) => {
    expect(faultsOf({ [name]: 'http://api.acme.example' })).toEqual([
      expect.stringContaining(`${name}: must be an https URL`),
    ]);
    const fallback = variable.schema.parse(undefined);
    if (typeof fallback !== 'string') return;
    expect(fallback).toMatch(/^https:/);
    expect(isLoopbackUrl(fallback)).toBe(false);
  });
});

test('no two records have a name or a variable in common, and none has a variable of the service', () => {
  const names = [...ACCOUNT_RECORDS.map(({ name }) => name), LOCAL_CODE.name];
  expect(new Set(names).size).toBe(names.length);
  const variables = ACCOUNT_RECORDS.flatMap((record) => Object.keys(record.variables));
  expect(new Set(variables).size).toBe(variables.length);
  const source = readFileSync(join(import.meta.dirname, '../../../src/config/env.ts'), 'utf8');
  const own = [...source.matchAll(/^ {2}([A-Z][A-Z0-9_]+):/gm)].map((match) => match[1]);
  expect(own).toContain('OTP_SECRET');
  expect(own.filter((name) => variables.includes(name ?? ''))).toEqual([]);
  expect(Object.keys(ENV_SCHEMA.shape).sort()).toEqual([...own, ...variables].sort());
});

test('the first sender is the default', () => {
  expect(loadConfig({}).smsSender).toBe(SMS_SENDERS[0].name);
});

describe('a record does not compile', () => {
  const whole = {
    name: 'acme',
    channels: ['sms'],
    variables: {
      ACME_URL: url('address', { default: 'https://api.acme.example' }),
      ACME_API_KEY: secret('key', { development: 'acme-development-key' }),
    },
    address: 'ACME_URL',
    simulator: null,
    account: (env: { ACME_URL: string }) => ({ url: env.ACME_URL }),
    service: () => Promise.reject<VerificationProvider & { name: 'acme' }>(new Error()),
  } as const;

  test('without one of its parts', () => {
    expect(provider(whole).name).toBe('acme');
    const { channels: _channels, ...withoutChannels } = whole;
    // @ts-expect-error channels are missing
    provider(withoutChannels);
    const { address: _address, ...withoutAddress } = whole;
    // @ts-expect-error the address is missing
    provider(withoutAddress);
    const { simulator: _simulator, ...withoutSimulator } = whole;
    // @ts-expect-error a record says whether there is a simulator
    provider(withoutSimulator);
    const { service: _service, ...withoutService } = whole;
    // @ts-expect-error the service is missing
    provider(withoutService);
    // @ts-expect-error a secret has a published value
    secret('key', {});
  });

  test('with a part that does not fit the others', () => {
    // @ts-expect-error the address is one of the variables
    provider({ ...whole, address: 'ACME_ADDRESS' });
    // @ts-expect-error the service has the name of the record
    provider({ ...whole, name: 'other' });
    // @ts-expect-error no channel of the service
    provider({ ...whole, channels: ['pigeon'] });
    // @ts-expect-error a plain zod schema says neither setting nor secret
    provider({ ...whole, variables: { ...whole.variables, ACME_X: ENV_SCHEMA.shape.HOST } });
    // @ts-expect-error required variables are variables
    provider({ ...whole, required: () => ['ACME_TOKEN'] });
    expect.assertions(0);
  });
});
