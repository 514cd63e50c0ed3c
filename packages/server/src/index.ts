export type { Operations, Problem } from './api-types.js';
export {
  createProoflineServer,
  eachPage,
  type CallOptions,
  type ProoflineServer,
  type ProoflineServerOptions,
} from './client.js';
export { ProoflineError, type ProoflineErrorCode } from './errors.js';
export { verifyProof, ProofError, type ProofClaims, type VerifyProofOptions } from './proofs.js';
export type { WebhookEvent, WebhookEventType } from './webhook-events.js';
export {
  verifyWebhook,
  WebhookError,
  type VerifyWebhookOptions,
  type WebhookRequest,
} from './webhooks.js';
