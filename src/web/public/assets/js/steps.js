import { byId } from './dom.js';

const PANELS = { number: 'number-form', code: 'code-form', done: 'done' };
const TITLES = { number: 'Verify a phone number', code: 'Enter the code', done: 'Number verified' };
const ORDER = Object.keys(PANELS);

/** The second step is not always about a code. */
export const nameCodeStep = (label, title) => {
  byId('steps').querySelector('[data-step="code"]').textContent = label;
  TITLES.code = title;
};

/** Shows one panel and puts the focus where the person goes on. */
export const showStep = (step, focusOn) => {
  for (const [name, id] of Object.entries(PANELS)) byId(id).hidden = name !== step;
  for (const item of byId('steps').children) {
    const { step: name } = item.dataset;
    item.classList.toggle('is-past', ORDER.indexOf(name) < ORDER.indexOf(step) || step === 'done');
    if (name === step) item.setAttribute('aria-current', 'step');
    else item.removeAttribute('aria-current');
  }
  byId('main').dataset.step = step;
  document.title = `${TITLES[step]} · Proofline`;
  focusOn?.focus();
};

/** Says something to people who listen, also when it is the same as before. */
export const announce = (text) => {
  const status = byId('status');
  status.textContent = '';
  setTimeout(() => {
    status.textContent = text;
  }, 50);
};

/** Runs one piece of work at a time; what is pressed meanwhile is dropped. */
export const createGuard = () => {
  let running = false;
  return async (work) => {
    if (running) return;
    running = true;
    try {
      await work();
    } finally {
      running = false;
    }
  };
};

/** Shows on the button that work is going on. It keeps the focus, so it is marked and not disabled. */
export const whileBusy = async (button, busyText, work) => {
  const label = button.textContent;
  button.setAttribute('aria-disabled', 'true');
  button.textContent = busyText;
  try {
    await work();
  } finally {
    button.textContent = label;
    button.removeAttribute('aria-disabled');
  }
};
