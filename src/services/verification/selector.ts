import type { Channel } from '../../domain/verification.js';
import { AppError } from '../../errors/app-error.js';
import type { TestNumberService } from './test-number.service.js';
import type { VerificationProvider } from './verification-provider.js';

/** Decides who carries a verification out, and finds who carried it out. */
export class ProviderSelector {
  private readonly byName: ReadonlyMap<string, VerificationProvider>;

  /** @param providers in order of preference */
  constructor(
    private readonly providers: readonly VerificationProvider[],
    private readonly testNumbers: TestNumberService,
  ) {
    this.byName = new Map([...providers, testNumbers].map((provider) => [provider.name, provider]));
  }

  /** The first that speaks the channel. @throws AppError `invalid_request` when none does. */
  select(phoneNumber: string, channel: Channel): VerificationProvider {
    if (this.testNumbers.serves(phoneNumber)) return this.testNumbers;
    const provider = this.providers.find((candidate) => candidate.channels.has(channel));
    if (provider) return provider;
    throw new AppError('invalid_request', {
      extras: { errors: [{ pointer: '/channel', message: `"${channel}" is not offered here` }] },
    });
  }

  /** Undefined when the provider of an older verification is no longer configured. */
  find(name: string): VerificationProvider | undefined {
    return this.byName.get(name);
  }
}
