import '../client/element.js';
import { byId } from './dom.js';
import { watchInbox } from './inbox.js';
import { createPhone } from './phone-view.js';
import { serviceUrl } from './service-url.js';
import { readInbox } from './simulator-api.js';

const PHONE_HINTS = {
  live: 'Messages arrive here.',
  lost: 'No connection to the simulator.',
  absent: 'Codes go to real phones here. Check your own.',
};

const element = byId('verification');
const phone = createPhone({ label: 'Simulated phone', live: true });
let stopWatching = null;
let watched = null;

const showDelivery = (state) => {
  phone.say(PHONE_HINTS[state]);
  byId('main').dataset.delivery = state;
  if (state === 'absent') {
    byId('where').textContent = 'It goes out through a real provider, to your own phone.';
  }
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

const showStep = ({ step, title, phoneNumber }) => {
  byId('main').dataset.step = step;
  document.title = `${step === 'number' ? 'Verify a phone number' : title} · Proofline`;
  if (phoneNumber) watch(phoneNumber);
  else if (step === 'number') watch(null);
};

const showResult = ({ verificationId, verifiedAt, proof }) => {
  byId('done-at').textContent = new Date(verifiedAt).toLocaleString();
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
void lookForSimulator();
