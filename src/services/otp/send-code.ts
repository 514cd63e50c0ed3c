import type { PhoneNumber } from '../../domain/phone-number.js';
import type { Budget, Scope } from '../../domain/scope.js';
import type { Binding, Channel, Verification } from '../../domain/verification.js';
import { verificationFields } from '../../observability/verification-fields.js';
import type { NumberPolicy } from '../limits/number-policy.js';
import type { ProviderRegistry } from '../providers/registry.js';
import type { VerificationRecordService } from '../verifications/records.service.js';
import { send, type DispatchDependencies, type SendRecord } from './dispatch.js';
import { refusedByLimit } from '../limits/refusals.js';

export interface CodeRequest {
  number: PhoneNumber;
  channel: Channel;
  purpose: string;
  locale?: string | undefined;
  reference?: string | undefined;
  binding?: Binding | undefined;
  /** The only login that the code can complete. */
  loginId?: string;
}

export interface SendCodeDependencies extends DispatchDependencies {
  records: VerificationRecordService;
  providers: ProviderRegistry;
  numbers: NumberPolicy;
}

/** Sends the first code of a new verification. */
export class SendCode {
  constructor(private readonly deps: SendCodeDependencies) {}

  /**
   * Returns the pending verification. Commits the row before it calls the provider.
   * @param scope the application of the verification, and what pays for the message
   * @param idempotencyKey hash of the key that stores the response, if any
   * @throws AppError when the number is not served, a limit refuses, or no provider has accepted the message
   */
  async run(
    request: CodeRequest,
    scope: Scope,
    idempotencyKey: string | null,
  ): Promise<Verification> {
    const { numbers, providers, records, logger } = this.deps;
    const { number, channel, binding } = request;
    const { settings, budget } = scope;
    numbers.requireServed(number, channel, settings);
    const { e164: phoneNumber, country } = number;
    const to = { phoneNumber, country };
    const candidates = providers.routeFor(to, channel, binding, settings.channels);
    const opened = await records.open(
      {
        applicationId: scope.applicationId,
        phoneNumber,
        country,
        purpose: request.purpose,
        channel,
        locale: request.locale ?? null,
        reference: request.reference ?? null,
        binding: binding ?? null,
        loginId: request.loginId ?? null,
        ttlSeconds: settings.codeTtlSeconds,
        provider: candidates[0].name,
      },
      budget,
      idempotencyKey,
    );
    if ('by' in opened) throw numbers.logRefused(number, refusedByLimit(opened));
    logger.info('otp.requested', verificationFields(opened));
    const record = this.recordOf(budget);
    return (await send(opened, candidates, record, settings, this.deps)) ?? opened;
  }

  private recordOf(budget: Budget): SendRecord {
    const { records } = this.deps;
    return {
      failOver: (verification, to) => records.failOver(verification, to),
      // The message was sent, even if the row has changed meanwhile.
      markSent: async (verification, facts) =>
        (await records.markSent(verification, facts)) ?? verification,
      markOutcomeUnknown: ({ id }) => records.markOutcomeUnknown(id),
      markFailed: (verification, reason, giveBack) =>
        records.markFailed(verification, reason, giveBack ? budget : undefined),
    };
  }
}
