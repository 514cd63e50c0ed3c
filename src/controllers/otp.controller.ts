import type { Request, Response } from 'express';
import type { Verification } from '../domain/verification.js';
import type {
  RequestOtpAnswer,
  RequestOtpBody,
  VerifyOtpAnswer,
  VerifyOtpBody,
} from '../schemas/otp.schema.js';
import type { OtpService, VerifiedOtp } from '../services/otp.service.js';

export class OtpController {
  constructor(private readonly otp: OtpService) {}

  request = async (req: Request<unknown, unknown, RequestOtpBody>, res: Response): Promise<void> => {
    res.json(presentRequested(await this.otp.request(req.body)));
  };

  verify = async (req: Request<unknown, unknown, VerifyOtpBody>, res: Response): Promise<void> => {
    res.json(presentVerified(await this.otp.verify(req.body)));
  };
}

function presentRequested(verification: Verification): RequestOtpAnswer {
  return {
    message: 'OTP sent successfully.',
    verificationId: verification.id,
    phoneNumber: verification.phoneNumber,
    channel: verification.channel,
    purpose: verification.purpose,
    status: 'pending',
    expiresAt: verification.expiresAt.toISOString(),
    resendAt: verification.resendAt.toISOString(),
    attemptsRemaining: verification.maxAttempts - verification.attempts,
    codeLength: verification.codeLength,
    ...(verification.reference !== null && { reference: verification.reference }),
  };
}

function presentVerified({ verification, verifiedAt, proof }: VerifiedOtp): VerifyOtpAnswer {
  return {
    message: 'OTP verified successfully.',
    verificationId: verification.id,
    phoneNumber: verification.phoneNumber,
    purpose: verification.purpose,
    channel: verification.channel,
    status: 'verified',
    verifiedAt: verifiedAt.toISOString(),
    proof: proof.token,
    proofExpiresAt: proof.expiresAt.toISOString(),
    ...(verification.reference !== null && { reference: verification.reference }),
  };
}
