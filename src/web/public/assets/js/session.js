import { requestOtp, resendOtp } from './api.js';
import { serverNow } from './clock.js';
import { createActionKeys } from './idempotency.js';
import { explain } from './messages.js';

/**
 * The verification that this page holds. `start` and `again` send one message for one action of the person, and
 * resolve to a notice: '' or, when nobody knows whether the message left, words about that.
 */
export const createSession = () => {
  const keys = createActionKeys();
  let held = null;

  const send = async (action, call, asked) => {
    try {
      held = { ...asked, ...(await call(keys.keyFor(action))) };
      keys.settle();
    } catch (problem) {
      keys.settle(problem.code);
      if (problem.code !== 'provider_outcome_unknown' || !problem.verificationId) throw problem;
      held = { ...asked, verificationId: problem.verificationId };
      return explain(problem).text;
    }
    return '';
  };

  /** A new verification. */
  const start = (body) =>
    send(body, (key) => requestOtp(body, key), {
      ...{ body, phoneNumber: body.phoneNumber, channel: body.channel },
    });

  return {
    start,
    current: () => held,
    /** A new code for the same verification, perhaps another way: the tries already spent stay spent. */
    again(channel) {
      const { body, phoneNumber, verificationId, attemptsRemaining } = held;
      const action = { verificationId, channel };
      return send(action, (key) => resendOtp(verificationId, { channel }, key), {
        ...{ body, phoneNumber, channel, attemptsRemaining },
      });
    },
    /** A new verification of the same number, because the one before has ended. */
    restart: (channel) => start({ ...held.body, channel }),
    /** Whether what was sent for this number is still good: then a cool-down is no reason to stay out. */
    isOpenFor: ({ phoneNumber }) =>
      held?.body.phoneNumber === phoneNumber &&
      held.attemptsRemaining !== 0 &&
      Date.parse(held.expiresAt) > serverNow(),
    forget() {
      held = null;
    },
  };
};
