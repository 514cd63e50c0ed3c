import { ProoflineVerify } from './verify-element.js';

export { formatPhoneNumber } from './phone-number.js';
export { ProoflineVerify };

// A page may load it twice; a name can be given once.
if (!customElements.get('proofline-verify')) {
  customElements.define('proofline-verify', ProoflineVerify);
}
