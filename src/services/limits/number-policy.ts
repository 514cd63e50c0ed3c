import type { ApplicationSettings } from '../../domain/application.js';
import {
  canReceive,
  maskPhoneNumber,
  parsePossiblePhoneNumber,
  type AllowedTypes,
  type PhoneNumber,
} from '../../domain/phone-number.js';
import { TestNumbers, type TestNumber } from '../../domain/test-number.js';
import type { Channel } from '../../domain/verification.js';
import { AppError } from '../../errors/app-error.js';
import type { Logger } from '../../observability/logger.js';

export interface NumberPolicyRules extends AllowedTypes {
  countries: ReadonlySet<string> | '*';
  /** Served whatever their type, and also when no plan assigns them. */
  testNumbers: readonly TestNumber[];
}

/** Parses numbers and decides which of them are served. */
export class NumberPolicy {
  private readonly testNumbers: TestNumbers;

  constructor(
    private readonly rules: NumberPolicyRules,
    private readonly logger: Logger,
  ) {
    this.testNumbers = new TestNumbers(rules.testNumbers);
  }

  /** @throws AppError `invalid_phone_number` */
  read(text: string, country: string | undefined): PhoneNumber {
    const number = this.find(text, country);
    if (number) return number;
    const errors = [{ pointer: '/phoneNumber', message: 'is not a valid phone number' }];
    throw new AppError('invalid_phone_number', { extras: { errors } });
  }

  /** A number that was accepted before. @throws AppError `number_type_not_allowed` if it no longer is */
  reread(e164: string): PhoneNumber {
    const number = this.find(e164);
    if (!number) throw new AppError('number_type_not_allowed');
    return number;
  }

  /**
   * @param settings of the application: its countries replace those of the service
   * @throws AppError `region_not_allowed` or `number_type_not_allowed`
   */
  requireServed(
    number: PhoneNumber,
    channel: Channel,
    { countries }: Pick<ApplicationSettings, 'countries'>,
  ): void {
    if (!this.isServed(number.country, countries)) {
      throw this.logRefused(number, new AppError('region_not_allowed'));
    }
    if (!this.isTestNumber(number) && !canReceive(number.type, channel, this.rules)) {
      throw this.logRefused(number, new AppError('number_type_not_allowed'));
    }
  }

  /** Logs a refused send and returns its error. */
  logRefused(number: Pick<PhoneNumber, 'e164' | 'country'>, error: AppError): AppError {
    this.logger.info('otp.send_refused', {
      phone: maskPhoneNumber(number.e164),
      country: number.country,
      errorCode: error.code,
      ...(error.extras.limit !== undefined && { limit: error.extras.limit }),
    });
    return error;
  }

  private find(text: string, country?: string): PhoneNumber | undefined {
    const number = parsePossiblePhoneNumber(text, country);
    const isServable = number && (number.type !== undefined || this.isTestNumber(number));
    return isServable ? number : undefined;
  }

  private isServed(country: string, own: readonly string[] | undefined): boolean {
    if (own) return own.includes('*') || own.includes(country);
    const { countries } = this.rules;
    return countries === '*' || countries.has(country);
  }

  private isTestNumber({ e164 }: PhoneNumber): boolean {
    return this.testNumbers.find(e164) !== undefined;
  }
}
