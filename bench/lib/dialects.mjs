import { codeFor } from './numbers.mjs';

/**
 * How a flow is spoken to a subject: what is asked, and what an answer has to say for the flow to count. A flow is one
 * request for a code and one check of the right one, by id.
 */
export const DIALECTS = {
  proofline: {
    ...plain(),
    isVerified: (text, number) =>
      /"proof":"[\w-]+\.[\w-]+\.[\w-]+"/.test(text) && says(text, number),
  },
  floor: plain(),
};

function plain() {
  return {
    request: (number) => ['/request-otp', { phoneNumber: number }],
    isRequested: (text, number) =>
      text.includes('"status":"pending"') && text.includes(`"phoneNumber":"${number}"`),
    idOf: (text) => JSON.parse(text).verificationId,
    verify: (number, id) => ['/verify-otp', { verificationId: id, code: codeFor(number) }],
    isVerified: says,
  };
}

function says(text, number) {
  return text.includes('"status":"verified"') && text.includes(`"phoneNumber":"${number}"`);
}
