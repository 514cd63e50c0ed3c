import { createHash, timingSafeEqual } from 'node:crypto';
import { TestNumbers, type TestNumber } from '../../../domain/test-number.js';
import { CHANNELS, type Channel } from '../../../domain/verification.js';
import type { CheckOutcome, CheckSubject, SendResult, VerificationProvider } from '../provider.js';

export const TEST_NUMBER = 'test-number';

/** Serves test numbers: sends nothing and accepts the configured code. All limits apply. */
export class TestNumberService implements VerificationProvider {
  readonly name = TEST_NUMBER;
  readonly channels: ReadonlySet<Channel> = new Set(CHANNELS);
  // No message is sent, so none can omit the payment.
  readonly supportsBinding = true;
  private readonly numbers: TestNumbers;

  constructor(numbers: readonly TestNumber[], now?: () => Date) {
    this.numbers = new TestNumbers(numbers, now);
  }

  /** False once the test number's `until` has passed. */
  isTestNumber(phoneNumber: string): boolean {
    return this.numbers.find(phoneNumber) !== undefined;
  }

  start(): Promise<SendResult> {
    return Promise.resolve({ providerReference: null, codeLength: null });
  }

  check({ phoneNumber }: CheckSubject, code: string): Promise<CheckOutcome> {
    const number = this.numbers.find(phoneNumber);
    const approved = number !== undefined && constantTimeEquals(code, number.code);
    return Promise.resolve(approved ? { approved } : { approved, reason: 'wrong_code' });
  }
}

/** Constant time, also for texts of different lengths. */
function constantTimeEquals(left: string, right: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(left), digest(right));
}
