import { ProoflineVerify } from './verify-element.js';

export { chooseLanguage } from './language.js';
export { formatPhoneNumber } from './phone-number.js';
export { ProoflineVerify };

// A page may load this file twice, but can define the name only once.
if (!customElements.get('proofline-verify')) {
  customElements.define('proofline-verify', ProoflineVerify);
}
