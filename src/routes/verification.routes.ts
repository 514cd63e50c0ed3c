import type { VerificationController } from '../controllers/verification.controller.js';
import { CLIENT, MAY } from '../domain/rights.js';
import type { ErrorCode } from '../errors/error-catalogue.js';
import {
  requestOtpResponse,
  resendBody,
  verificationResponse,
  verificationParams,
} from '../schemas/otp.schema.js';
import type { OtpLimits } from './otp.routes.js';
import type { Route } from './route.js';

const RESEND_ERRORS: readonly ErrorCode[] = [
  'verification_not_found',
  'number_blocked',
  'region_not_allowed',
  'number_type_not_allowed',
  'already_verified',
  'code_expired',
  'verification_cancelled',
  'verification_failed',
  'cooldown',
  'rate_limited',
  'attempts_exhausted',
  'provider_rejected',
  'provider_unavailable',
  'provider_outcome_unknown',
];

export function verificationRoutes(
  verifications: VerificationController,
  limits: OtpLimits,
): Route[] {
  return [
    {
      method: 'get',
      path: '/verifications/:id',
      callers: MAY.verify,
      operationId: 'getVerification',
      tag: 'Verifications',
      summary: 'Get a verification with its timeline',
      params: verificationParams,
      response: verificationResponse,
      responseDescription: 'The current state of the verification.',
      errors: ['verification_not_found'],
      handle: verifications.find,
    },
    {
      method: 'post',
      path: '/verifications/:id/resend',
      callers: MAY.verify,
      rights: [CLIENT],
      operationId: 'resendOtp',
      tag: 'Verifications',
      summary: 'Send a new code',
      description:
        'The new code replaces the old one. Used attempts stay used. Counts as a message to the phone number.',
      params: verificationParams,
      body: resendBody,
      bodyOptional: true,
      idempotent: 'send',
      response: requestOtpResponse,
      responseDescription: 'The provider has accepted the message.',
      errors: RESEND_ERRORS,
      limits: limits.send,
      handle: verifications.resend,
    },
    {
      method: 'delete',
      path: '/verifications/:id',
      callers: MAY.verify,
      operationId: 'cancelVerification',
      tag: 'Verifications',
      summary: 'Cancel a verification',
      description: 'Its codes are no longer valid. The operation is idempotent.',
      params: verificationParams,
      response: verificationResponse,
      responseDescription: 'The verification is cancelled.',
      errors: [
        'verification_not_found',
        'already_verified',
        'code_expired',
        'verification_failed',
        'attempts_exhausted',
        'rate_limited',
      ],
      limits: limits.check,
      handle: verifications.cancel,
    },
  ];
}
