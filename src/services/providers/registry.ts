import type { ProviderRoutes } from '../../config/config.js';
import { CHANNELS, type Binding, type Channel } from '../../domain/verification.js';
import { AppError, type InputFault } from '../../errors/app-error.js';
import type { ProviderGuard } from './guard.js';
import type { TestNumberService } from './test-number/test-number.service.js';
import type { VerificationProvider } from './provider.js';

/** A provider together with the guard of what it needs for a send. */
export interface RegisteredProvider {
  provider: VerificationProvider;
  guard: Pick<ProviderGuard, 'breakerState'>;
}

/** Decides who carries a verification out, and finds who carried it out. */
export class ProviderRegistry {
  private readonly registered: ReadonlyMap<string, RegisteredProvider>;

  constructor(
    registered: readonly RegisteredProvider[],
    private readonly routes: ProviderRoutes,
    private readonly testNumbers: TestNumberService,
    /** Those that callers may ask for, whoever else would have more. */
    private readonly offered: ReadonlySet<Channel>,
  ) {
    this.registered = new Map(registered.map((entry) => [entry.provider.name, entry]));
  }

  /** What somebody on some route speaks. A number of another route may still be refused. */
  get channels(): Channel[] {
    const routes = [this.routes.everywhere, ...this.routes.byCountry.values()];
    const used = new Set(routes.flat().map((name) => this.registered.get(name)?.provider));
    return CHANNELS.filter(
      (channel) =>
        this.offered.has(channel) && [...used].some((provider) => provider?.channels.has(channel)),
    );
  }

  /**
   * Those who speak the channel, in the order of the country's route; whoever is in trouble just now comes last.
   * With a payment only those whose text is ours, because it has to name the payment.
   * @throws AppError `invalid_request` when there is none
   */
  routeFor(
    { phoneNumber, country }: { phoneNumber: string; country: string },
    channel: Channel,
    binding?: Binding,
  ): [VerificationProvider, ...VerificationProvider[]] {
    if (!this.offered.has(channel)) throw notOffered(channel);
    if (this.testNumbers.isTestNumber(phoneNumber)) return [this.testNumbers];
    const route = this.routes.byCountry.get(country) ?? this.routes.everywhere;
    const capable = route
      .map((name) => this.registered.get(name))
      .filter((entry) => entry !== undefined)
      .filter(({ provider }) => provider.channels.has(channel));
    const able = capable.filter(({ provider }) => !binding || provider.supportsBinding);
    const isDown = ({ guard }: RegisteredProvider) => guard.breakerState === 'open';
    const [first, ...others] = [
      ...able.filter((entry) => !isDown(entry)),
      ...able.filter(isDown),
    ].map(({ provider }) => provider);
    if (first) return [first, ...others];
    throw capable.length > 0 ? bindingNotOffered() : notOffered(channel);
  }

  /** Undefined when the provider of an older verification is no longer configured. */
  find(name: string): VerificationProvider | undefined {
    if (name === this.testNumbers.name) return this.testNumbers;
    return this.registered.get(name)?.provider;
  }
}

function notOffered(channel: Channel): AppError {
  return invalid({ pointer: '/channel', message: `"${channel}" is not supported` });
}

function bindingNotOffered(): AppError {
  return invalid({
    pointer: '/binding',
    message: 'is not supported: the provider writes the message itself',
  });
}

function invalid(fault: InputFault): AppError {
  return new AppError('invalid_request', { extras: { errors: [fault] } });
}
