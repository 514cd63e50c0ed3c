import '../client/element.js';
import { byId } from './dom.js';
import { watchInbox } from './inbox.js';
import { dateFormat, say, text } from './language.js';
import { startLanguageSwitch } from './language-switch.js';
import { createPhone } from './phone-view.js';
import { serviceUrl } from './service-url.js';
import { readInbox } from './simulator-api.js';

const PHONE_HINTS = { live: 'hintLive', lost: 'hintLost', absent: 'hintAbsent' };

const element = byId('verification');
const phone = createPhone({ live: true });
let stopWatching = null;
let watched = null;

const showDelivery = (state) => {
  phone.showHint(PHONE_HINTS[state]);
  byId('main').dataset.delivery = state;
  if (state === 'absent') say(byId('where'), 'whereReal');
};

/** Without a simulator, codes leave this computer, and the page must say so. */
const lookForSimulator = async () => {
  try {
    await readInbox('+0');
    showDelivery('live');
  } catch (error) {
    showDelivery(error.status === 404 ? 'absent' : 'lost');
  }
};

const watch = (number) => {
  if (number === watched) return;
  watched = number;
  stopWatching?.();
  phone.show([]);
  stopWatching = number ? watchInbox(number, phone.show, showDelivery) : null;
};

const showTitle = (title) => {
  document.title = `${title} · Proofline`;
};

const showStep = ({ step, title, phoneNumber }) => {
  byId('main').dataset.step = step;
  showTitle(step === 'number' ? text('title') : title);
  if (phoneNumber) watch(phoneNumber);
  else if (step === 'number') watch(null);
};

const showResult = ({ verificationId, verifiedAt, proof }) => {
  const at = new Date(verifiedAt);
  say(byId('done-at'), () => dateFormat({ dateStyle: 'medium', timeStyle: 'medium' }).format(at));
  byId('done-id').textContent = verificationId;
  byId('proof-token').textContent = proof;
};

const loadSamples = async () => {
  const response = await fetch(serviceUrl('/assets/vendor/example-numbers.json'));
  return response.ok ? response.json() : {};
};
const samples = loadSamples().catch(() => ({}));

const useSample = async () => {
  const sample = (await samples)[element.country];
  if (!sample) return;
  element.phoneNumber = sample;
  element.focus();
};

element.addEventListener('proofline-step', ({ detail }) => showStep(detail));
element.addEventListener('proofline-verified', ({ detail }) => showResult(detail));
byId('sample').addEventListener('click', () => void useSample());
byId('phone').append(phone.element);
startLanguageSwitch(() => showTitle(text('title')));
void lookForSimulator();
