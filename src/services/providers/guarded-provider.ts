import type { Channel } from '../../domain/verification.js';
import type { ProviderGuard } from './guard.js';
import type {
  CheckOutcome,
  CheckSubject,
  SendResult,
  StartRequest,
  VerificationProvider,
} from './provider.js';

/** Runs every call to a remote provider through its guard. */
export class GuardedProvider implements VerificationProvider {
  readonly wasApproved?: (subject: CheckSubject) => Promise<boolean>;

  constructor(
    private readonly inner: VerificationProvider,
    private readonly guard: ProviderGuard,
  ) {
    const ask = inner.wasApproved?.bind(inner);
    if (ask) this.wasApproved = (subject) => guard.run('status', () => ask(subject));
  }

  get name(): string {
    return this.inner.name;
  }

  get channels(): ReadonlySet<Channel> {
    return this.inner.channels;
  }

  get supportsBinding(): boolean {
    return this.inner.supportsBinding;
  }

  start(request: StartRequest): Promise<SendResult> {
    return this.guard.run('start', () => this.inner.start(request));
  }

  check(subject: CheckSubject, code: string): Promise<CheckOutcome> {
    return this.guard.run('check', () => this.inner.check(subject, code));
  }
}
