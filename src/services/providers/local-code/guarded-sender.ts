import type { ProviderGuard } from '../guard.js';
import type { SmsMessage, SmsSender } from '../../messages/sms-sender.js';

/** Guards sends only, so that codes already sent can be checked while the sender is failing. */
export class GuardedSender implements SmsSender {
  constructor(
    private readonly inner: SmsSender,
    private readonly guard: ProviderGuard,
  ) {}

  get name(): string {
    return this.inner.name;
  }

  send(message: SmsMessage): Promise<{ messageId: string }> {
    return this.guard.run('send', () => this.inner.send(message));
  }
}
