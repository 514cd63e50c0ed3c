export type * from './api-types.js';
export { ProoflineError, type ProoflineErrorCode, type ProoflineErrorKind } from './errors.js';
export {
  createProofline,
  type CallOptions,
  type Proofline,
  type ProoflineOptions,
} from './proofline.js';
export { receiveCode } from './web-otp.js';
