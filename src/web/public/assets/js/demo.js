import { readInbox, requestOtp } from './api.js';
import { serverNow } from './clock.js';
import { createCodeStep } from './code-step.js';
import { byId } from './dom.js';
import { createActionKeys } from './idempotency.js';
import { watchInbox } from './inbox.js';
import { explain } from './messages.js';
import { createNumberStep } from './number-step.js';
import { displayNumber } from './phone-input.js';
import { createPhone } from './phone-view.js';
import { announce, showStep } from './steps.js';

const PHONE_HINTS = {
  live: 'The code will arrive here.',
  lost: 'No connection to the simulator.',
  absent: 'Codes go to real phones here: look at your own.',
};

const keys = createActionKeys();
const phone = createPhone({ label: 'Simulated phone', live: true });
let session = null;
let stopWatching = null;

const showDelivery = (state) => {
  phone.say(PHONE_HINTS[state]);
  if (state === 'absent') {
    byId('where').textContent = 'It goes out through a real provider, to your own phone.';
  }
};

/** Without a simulator the page should not promise that nothing leaves this computer. */
const lookForSimulator = async () => {
  try {
    await readInbox('+0');
    showDelivery('live');
  } catch (problem) {
    showDelivery(problem.code === 'not_found' ? 'absent' : 'lost');
  }
};

const watch = (number) => {
  stopWatching?.();
  phone.show([]);
  stopWatching = number ? watchInbox(number, phone.show, showDelivery) : null;
};

/** Asks for a code, once per user action, and keeps what the next step needs. */
const send = async (body) => {
  try {
    const answer = await requestOtp(body, keys.keyFor(body));
    keys.settle();
    session = { ...answer, body };
  } catch (problem) {
    keys.settle(problem.code);
    if (problem.code !== 'provider_outcome_unknown' || !problem.verificationId) throw problem;
    session = { verificationId: problem.verificationId, phoneNumber: body.phoneNumber, body };
    return explain(problem).text;
  }
  return '';
};

/** The page still holds a code for this number: the cool-down is no reason to stay out. */
const stillUsable = (body) =>
  session?.body.phoneNumber === body.phoneNumber && Date.parse(session.expiresAt) > serverNow();

const codeStep = createCodeStep({
  onVerified(answer) {
    session = null;
    byId('done-number').textContent = displayNumber(answer.phoneNumber);
    byId('done-at').textContent = new Date(answer.verifiedAt).toLocaleString();
    byId('done-id').textContent = answer.verificationId;
    byId('proof').hidden = !answer.proof;
    byId('proof-token').textContent = answer.proof ?? '';
    showStep('done', byId('done-title'));
    announce(`${displayNumber(answer.phoneNumber)} is verified.`);
  },
  async onResend() {
    const notice = await send(session.body);
    codeStep.open(session, notice || 'A new code is on its way. Use the newest one.');
  },
  onChange() {
    numberStep.open();
  },
});

const numberStep = createNumberStep(async (body) => {
  try {
    const notice = await send(body);
    watch(session.phoneNumber);
    codeStep.open(session, notice);
  } catch (problem) {
    if (problem.code !== 'cooldown' || !stillUsable(body)) throw problem;
    codeStep.open(session, 'We sent a code to this number a moment ago. It still works.');
  }
});

byId('again').addEventListener('click', () => {
  watch(null);
  numberStep.open({ empty: true });
});
byId('phone').append(phone.element);
void lookForSimulator();
