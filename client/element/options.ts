import type { RequestOtpBody, VerifyOtpResponse } from '../src/api-types.js';
import type { ProoflineError } from '../src/errors.js';
import type { Step } from './ui.js';

/** The attributes of `<proofline-verify>`, as the wrappers for React and Vue name them. */
export interface ProoflineVerifyOptions {
  /** Address of the service. Default: the page's own origin. */
  baseUrl?: string | undefined;
  /** `pl_pk_…`; never a secret key. */
  publishableKey?: string | undefined;
  /** Channels to choose from, the usual one first. Default: no choice. */
  channels?: readonly NonNullable<RequestOtpBody['channel']>[] | undefined;
  /** What the proof is for. */
  purpose?: string | undefined;
  /** Your own id, kept with the verification. */
  reference?: string | undefined;
  /** Language of the screen and the message. The element follows a change. */
  lang?: string | undefined;
  /** Language of the message, if it differs from that of the screen. */
  locale?: string | undefined;
  /** Country selected at first (ISO 3166-1 alpha-2). */
  country?: string | undefined;
  /** Offers another number after a success. */
  repeatable?: boolean | undefined;
}

/** The detail of `proofline-step`. */
export interface ProoflineStep {
  step: Step;
  title: string;
  /** Once a code is sent. */
  phoneNumber?: string;
}

/** The events of `<proofline-verify>`. */
export interface ProoflineVerifyEvents {
  'proofline-verified': CustomEvent<VerifyOtpResponse>;
  'proofline-error': CustomEvent<ProoflineError>;
  'proofline-step': CustomEvent<ProoflineStep>;
}
