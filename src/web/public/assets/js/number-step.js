import { createAlert } from './alert.js';
import { createChannelChoice } from './channel-choice.js';
import { byId } from './dom.js';
import { explain } from './messages.js';
import { createPhoneInput } from './phone-input.js';
import { announce, createGuard, showStep, whileBusy } from './steps.js';

/** The first panel: which number, and how to reach it. `onSubmit(body)` sends, and rejects with an ApiProblem. */
export const createNumberStep = (offered, onSubmit) => {
  const phone = createPhoneInput();
  const choice = createChannelChoice(offered);
  const alert = createAlert(byId('number-error'));
  const guard = createGuard();

  const fail = (text, retryAfter, at) => {
    alert.show(text, retryAfter);
    if (at === 'number') phone.field.setAttribute('aria-invalid', 'true');
    if (at === 'channel') choice.focus();
    else phone.field.focus();
  };

  const clearFault = () => {
    alert.clear();
    phone.field.removeAttribute('aria-invalid');
  };

  const submit = async () => {
    clearFault();
    const { fault, ...number } = phone.read();
    if (fault) {
      fail(fault, undefined, 'number');
      return;
    }
    try {
      await onSubmit({ ...number, channel: choice.read() });
    } catch (problem) {
      const { text, at } = explain(problem);
      fail(text, problem.retryAfter, at);
    }
  };

  byId('number-form').addEventListener('submit', (event) => {
    event.preventDefault();
    void guard(async () => {
      await whileBusy(byId('send'), 'Sending…', submit);
      // Another way may have been picked meanwhile, and the button says which one.
      choice.show();
    });
  });
  phone.field.addEventListener('input', clearFault);
  byId('country').addEventListener('change', clearFault);
  choice.onChange(clearFault);
  byId('sample').addEventListener('click', async () => {
    clearFault();
    if (!(await phone.useSample())) {
      announce('There is no sample number for this country.');
      return;
    }
    phone.field.focus();
  });

  return {
    open({ empty = false } = {}) {
      clearFault();
      if (empty) phone.field.value = '';
      showStep('number', phone.field);
    },
  };
};
