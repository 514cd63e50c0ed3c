import { readInbox } from './api.js';
import { offeredChannels, wordsOf } from './channels.js';
import { createCodeStep } from './code-step.js';
import { byId } from './dom.js';
import { watchInbox } from './inbox.js';
import { createNumberStep } from './number-step.js';
import { displayNumber } from './phone-input.js';
import { createPhone } from './phone-view.js';
import { createSession } from './session.js';
import { announce, showStep } from './steps.js';

const PHONE_HINTS = {
  live: 'What we send arrives here.',
  lost: 'No connection to the simulator.',
  absent: 'Codes go to real phones here: look at your own.',
};

const offered = offeredChannels(byId('main').dataset.channels);
const phone = createPhone({ label: 'Simulated phone', live: true });
const session = createSession();
let stopWatching = null;

const showDelivery = (state) => {
  phone.say(PHONE_HINTS[state]);
  byId('main').dataset.delivery = state;
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

const codeStep = createCodeStep({
  offered,
  onVerified(answer) {
    session.forget();
    byId('done-number').textContent = displayNumber(answer.phoneNumber);
    byId('done-at').textContent = new Date(answer.verifiedAt).toLocaleString();
    byId('done-id').textContent = answer.verificationId;
    byId('proof').hidden = !answer.proof;
    byId('proof-token').textContent = answer.proof ?? '';
    showStep('done', byId('done-title'));
    announce(`${displayNumber(answer.phoneNumber)} is verified.`);
  },
  async onResend(channel, over) {
    const notice = await (over ? session.restart(channel) : session.again(channel));
    codeStep.open(session.current(), notice || wordsOf(channel).resent);
  },
  onChange() {
    numberStep.open();
  },
});

const numberStep = createNumberStep(offered, async (body) => {
  try {
    const notice = await session.start(body);
    watch(session.current().phoneNumber);
    codeStep.open(session.current(), notice);
  } catch (problem) {
    if (problem.code !== 'cooldown' || !session.isOpenFor(body)) throw problem;
    codeStep.open(session.current(), wordsOf(session.current().channel).stillGood);
  }
});

byId('again').addEventListener('click', () => {
  watch(null);
  numberStep.open({ empty: true });
});
byId('phone').append(phone.element);
void lookForSimulator();
