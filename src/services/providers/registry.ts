import type { ProviderRoutes } from '../../config/config.js';
import { CHANNELS, type Binding, type Channel } from '../../domain/verification.js';
import { AppError, type InputFault } from '../../errors/app-error.js';
import type { ProviderGuard } from './guard.js';
import type { TestNumberService } from './test-number/test-number.service.js';
import type { VerificationProvider } from './provider.js';

/** A provider and the guard of its sends. */
export interface RegisteredProvider {
  provider: VerificationProvider;
  guard: Pick<ProviderGuard, 'breakerState'>;
}

/** The configured providers: routes a new verification and finds the provider of an earlier one. */
export class ProviderRegistry {
  private readonly registered: ReadonlyMap<string, RegisteredProvider>;

  constructor(
    registered: readonly RegisteredProvider[],
    private readonly routes: ProviderRoutes,
    private readonly testNumbers: TestNumberService,
    private readonly offered: ReadonlySet<Channel>,
  ) {
    this.registered = new Map(registered.map((entry) => [entry.provider.name, entry]));
  }

  /** Offered channels that some route supports. A number on another route may still be refused. */
  get channels(): Channel[] {
    const routes = [this.routes.everywhere, ...this.routes.byCountry.values()];
    const used = new Set(routes.flat().map((name) => this.registered.get(name)?.provider));
    return CHANNELS.filter(
      (channel) =>
        this.offered.has(channel) && [...used].some((provider) => provider?.channels.has(channel)),
    );
  }

  /**
   * The providers to try, in order: the country's route, limited to the channel; open circuits come last.
   * A binding limits it to providers whose message names the payment.
   * @param allowed channels of the application; without any, all that are offered
   * @throws AppError `invalid_request` when no provider is left
   */
  routeFor(
    { phoneNumber, country }: { phoneNumber: string; country: string },
    channel: Channel,
    binding?: Binding,
    allowed?: readonly Channel[],
  ): [VerificationProvider, ...VerificationProvider[]] {
    if (!this.offered.has(channel) || allowed?.includes(channel) === false)
      throw notOffered(channel);
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

  /** Undefined when the provider is no longer configured. */
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
