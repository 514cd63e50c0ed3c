/**
 * Plain words for every problem code of the service. `at` is where the words belong: the number, the channel,
 * the code, or none of them. `over` means that this verification can no longer succeed and a new code is needed.
 */
const TEXTS = {
  invalid_request: { text: 'The service did not understand that. Check what you typed.' },
  invalid_phone_number: {
    at: 'number',
    text: 'This does not look like a phone number of that country. Check the digits.',
  },
  region_not_allowed: { at: 'number', text: 'Numbers of this country are not accepted here.' },
  number_type_not_allowed: {
    at: 'number',
    text: 'This kind of number cannot receive a code. Use a mobile number.',
  },
  number_blocked: { at: 'number', text: 'This number cannot be verified here.' },
  code_invalid: { at: 'code', text: 'That is not the code.' },
  attempts_exhausted: {
    at: 'code',
    over: true,
    text: 'Too many wrong codes. This code no longer works.',
  },
  code_expired: { at: 'code', over: true, text: 'This code has expired. Send a new one.' },
  verification_not_found: {
    at: 'code',
    over: true,
    text: 'This verification is no longer known. Send a new code.',
  },
  verification_cancelled: {
    at: 'code',
    over: true,
    text: 'This verification was cancelled. Send a new code.',
  },
  verification_failed: {
    at: 'code',
    over: true,
    text: 'The code could not be delivered. Check the number, or send a new code.',
  },
  already_verified: { at: 'code', over: true, text: 'This code was used already.' },
  cooldown: { text: 'A code was sent a moment ago.' },
  rate_limited: { text: 'Too many requests.' },
  idempotency_in_progress: { text: 'Still sending. Wait a few seconds, then try once more.' },
  idempotency_key_reused: { text: 'Something got mixed up. Please try again.' },
  provider_rejected: {
    at: 'number',
    text: 'The carrier refused to deliver to this number. Check it, or use another one.',
  },
  provider_unavailable: { text: 'Codes cannot be sent right now.' },
  provider_outcome_unknown: {
    text: 'The carrier has not confirmed the message, but it may still arrive. If it does, enter the code.',
  },
  service_unavailable: { text: 'The service is taking a short break.' },
  internal_error: { text: 'Something went wrong on our side. Please try again.' },
  not_found: { text: 'The service does not know this request. Reload the page.' },
  method_not_allowed: { text: 'The service does not know this request. Reload the page.' },
  payload_too_large: { text: 'That was too long.' },
  unsupported_media_type: { text: 'The service did not understand that. Reload the page.' },
  callback_refused: { text: 'This address is for the carrier only.' },
  proof_invalid: { text: 'The proof is not valid.' },
  proof_spent: { text: 'The proof was used already.' },
  unreachable: { text: 'No answer from the service. Check your connection and try again.' },
};

const NOT_OFFERED = {
  at: 'channel',
  text: 'This number cannot be reached that way. Choose another one.',
};

/** Where there is no code, a few words are others. */
const TEXTS_BY_CHANNEL = {
  flashcall: {
    code_invalid: 'That is not the number that called.',
    attempts_exhausted: 'Too many wrong numbers. This call no longer counts.',
    code_expired: 'This took too long. Ask for a new call.',
    last_try: ' That was the last try. Ask for a new call.',
  },
  seamless: {
    code_invalid: 'Your phone has not opened the address yet.',
    attempts_exhausted: 'Too many tries. This address no longer works.',
    code_expired: 'This took too long. Ask for a new address.',
    last_try: ' That was the last try. Ask for a new address.',
  },
};

const LAST_TRY = ' That was the last try. Ask for a new code.';

const triesText = (left, special) => {
  if (left === undefined) return '';
  if (left === 0) return special?.last_try ?? LAST_TRY;
  return left === 1 ? ' One try left.' : ` ${left} tries left.`;
};

const knownOf = ({ code, fields }) => {
  if (code === 'invalid_request' && fields?.includes('/channel')) return NOT_OFFERED;
  return TEXTS[code] ?? TEXTS.internal_error;
};

/** What to tell a person about a problem: `{ text, at, over }`. */
export const explain = (problem, channel) => {
  const known = knownOf(problem);
  const special = TEXTS_BY_CHANNEL[channel];
  return {
    text: (special?.[problem.code] ?? known.text) + triesText(problem.attemptsRemaining, special),
    at: known.at ?? 'form',
    over: known.over === true || problem.attemptsRemaining === 0,
  };
};
