import type { RequestHandler } from 'express';
import type { OtpController } from '../controllers/otp.controller.js';
import { CHECK_BY_NUMBER, CLIENT, MAY, TRANSACTION } from '../domain/rights.js';
import {
  requestOtpResponse,
  requestOtpBody,
  verifyOtpResponse,
  verifyOtpBody,
} from '../schemas/otp.schema.js';
import { SENDING_ERRORS, type Route } from './route.js';

export interface OtpLimits {
  send: readonly RequestHandler[];
  check: readonly RequestHandler[];
}

export function otpRoutes(otp: OtpController, limits: OtpLimits): Route[] {
  return [
    {
      method: 'post',
      path: '/request-otp',
      callers: MAY.verify,
      rights: [TRANSACTION, CLIENT],
      operationId: 'requestOtp',
      aliases: [{ path: '/send-otp', operationId: 'sendOtp' }],
      tag: 'Codes',
      summary: 'Send a code',
      description:
        'Sends at most one message. The response does not reveal whether the number is known.',
      body: requestOtpBody,
      idempotent: 'send',
      response: requestOtpResponse,
      responseDescription: 'The provider has accepted the message.',
      errors: ['invalid_phone_number', ...SENDING_ERRORS, 'provider_outcome_unknown'],
      limits: limits.send,
      handle: otp.request,
    },
    {
      method: 'post',
      path: '/verify-otp',
      callers: MAY.verify,
      rights: [CHECK_BY_NUMBER, CLIENT],
      operationId: 'verifyOtp',
      tag: 'Codes',
      summary: 'Check a code',
      description:
        'By `verificationId`, or by `phoneNumber` and `purpose`. By number, every failure is `code_invalid`, and attempts are counted separately.',
      body: verifyOtpBody,
      idempotent: 'check',
      response: verifyOtpResponse,
      responseDescription: 'The phone number is verified.',
      errors: [
        'invalid_phone_number',
        'code_invalid',
        'verification_not_found',
        'already_verified',
        'code_expired',
        'verification_cancelled',
        'verification_failed',
        'attempts_exhausted',
        'number_blocked',
        'rate_limited',
        'provider_rejected',
        'provider_unavailable',
        'provider_outcome_unknown',
      ],
      limits: limits.check,
      handle: otp.verify,
    },
  ];
}
