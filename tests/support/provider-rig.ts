import { ACCOUNT_RECORDS } from '../../src/config/accounts.js';
import type { ProviderRecord, SenderRecord } from '../../src/config/provider-record.js';
import { PROVIDERS } from '../../src/config/providers.js';
import { readSimulatorEnv } from '../../src/config/simulator-env.js';
import { SMS_SENDERS } from '../../src/config/sms-senders.js';
import {
  startSimulator,
  type RunningSimulator,
} from '../../src/development/simulator/start-simulator.js';
import { noteSecret } from './evidence.js';
import { freePort } from './free-port.js';
import { noAccounts } from './no-accounts.js';
import { describeWithRedis, RedisServer } from './redis-server.js';
import { TestService } from './service.js';

/** The service with one provider, as black-box tests of any provider need it. */
export interface ProviderRig {
  service: TestService;
  simulator: RunningSimulator;
  codeFor(number: string): string;
  wrongCodeFor(number: string): string;
  messages(number: string): number;
  /** Checks that the provider has received. */
  comparisons(): Promise<number>;
  stop(): Promise<void>;
}

const simulated = (records: readonly (ProviderRecord | SenderRecord)[]) =>
  records.filter(({ simulator }) => simulator !== null).map(({ name }) => name);

/** The first sender is tried on both stores, the others once. */
const [, ...otherSenders] = simulated(SMS_SENDERS);

/** Every provider with a simulator, by the provider, its store and its sender. */
export const RIGS: readonly string[] = [
  ...simulated(PROVIDERS),
  'local-code on Postgres',
  'local-code on Redis',
  ...otherSenders.map((name) => `local-code on Postgres through ${name}`),
];
export type RigName = string;

/** `describe` for this rig; skipped without Redis, except in CI. */
export function describeRig(name: RigName): typeof describe {
  return name.includes('Redis') ? (describeWithRedis as typeof describe) : describe;
}

export async function startRig(
  name: RigName,
  environment: Record<string, string> = {},
): Promise<ProviderRig> {
  const simulator = await startEverySimulator();
  const redis = name.includes('Redis') ? await RedisServer.startOn(await freePort()) : undefined;
  const [provider = ''] = name.split(' ');
  const [, sender = ''] = name.split(' through ');
  const service = await TestService.start({
    VERIFICATION_PROVIDERS: provider,
    SMS_SENDER: sender,
    ...addressesOf(simulator),
    ...(redis && { REDIS_URL: redis.url }),
    ...environment,
  });
  const arrived = (number: string) => {
    const messages = simulator.inbox.list(number);
    for (const { code } of messages) if (code !== null) noteSecret(code);
    return messages;
  };
  const codeFor = (number: string) => {
    const code = arrived(number)[0]?.code ?? undefined;
    if (code === undefined) throw new Error('no code arrived on this phone');
    return code;
  };
  return {
    service,
    simulator,
    codeFor,
    wrongCodeFor: (number) => {
      const right = codeFor(number);
      return String((Number(right) + 1) % 10 ** right.length).padStart(right.length, '0');
    },
    messages: (number) => arrived(number).length,
    comparisons: async () => {
      const response = await fetch(`${simulator.url}/simulator/calls`);
      const calls = (await response.json()) as { method: string; path: string }[];
      return calls.filter(({ method, path }) => method === 'PUT' || path.endsWith('/verify'))
        .length;
    },
    stop: async () => {
      await service.stop();
      await simulator.close();
      await redis?.stop();
    },
  };
}

export function startEverySimulator(): Promise<RunningSimulator> {
  return startSimulator({ ...readSimulatorEnv({}), port: 0 });
}

/** Settings that point every provider at the simulator. */
export function addressesOf({ url }: { url: string }): Record<string, string> {
  const addresses = ACCOUNT_RECORDS.map(({ address }) => [address, url] as const);
  return { ...noAccounts(), ...Object.fromEntries(addresses) };
}
