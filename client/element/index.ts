import type { ProoflineVerifyEvents } from './options.js';
import { ProoflineVerify } from './verify-element.js';

export { chooseLanguage } from './language.js';
export type { ProoflineStep, ProoflineVerifyEvents, ProoflineVerifyOptions } from './options.js';
export { formatPhoneNumber } from './phone-number.js';
export { ProoflineVerify };

declare global {
  interface HTMLElementTagNameMap {
    'proofline-verify': ProoflineVerify;
  }
  interface HTMLElementEventMap {
    'proofline-verified': ProoflineVerifyEvents['proofline-verified'];
    'proofline-error': ProoflineVerifyEvents['proofline-error'];
    'proofline-step': ProoflineVerifyEvents['proofline-step'];
  }
}

// A page may load this file twice, but can define the name only once.
if (!customElements.get('proofline-verify')) {
  customElements.define('proofline-verify', ProoflineVerify);
}
