import {
  canReceive,
  maskPhoneNumber,
  parsePhoneNumber,
  type PhoneNumber,
} from '../../domain/phone-number.js';
import type { Channel } from '../../domain/verification.js';
import { AppError } from '../../errors/app-error.js';
import type { Logger } from '../../observability/logger.js';

export interface NumberPolicyRules {
  countries: ReadonlySet<string> | '*';
  allowVoip: boolean;
}

/** Parses numbers and decides which of them are served. */
export class NumberPolicy {
  constructor(
    private readonly rules: NumberPolicyRules,
    private readonly logger: Logger,
  ) {}

  /** @throws AppError `invalid_phone_number` */
  read(text: string, country: string | undefined): PhoneNumber {
    const number = parsePhoneNumber(text, country);
    if (number) return number;
    const errors = [{ pointer: '/phoneNumber', message: 'is not a valid phone number' }];
    throw new AppError('invalid_phone_number', { extras: { errors } });
  }

  /** @throws AppError `region_not_allowed` or `number_type_not_allowed` */
  requireServed(number: PhoneNumber, channel: Channel): void {
    const { countries, allowVoip } = this.rules;
    if (countries !== '*' && !countries.has(number.country)) {
      throw this.logRefused(number, new AppError('region_not_allowed'));
    }
    if (!canReceive(number.type, channel, allowVoip)) {
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
}
