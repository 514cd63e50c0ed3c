import { createAlert } from './alert.js';
import { byId } from './dom.js';
import { explain } from './messages.js';
import { createPhoneInput } from './phone-input.js';
import { announce, createGuard, showStep, whileBusy } from './steps.js';

/** The first panel: which number. `onSubmit(body)` sends, and rejects with an ApiProblem. */
export const createNumberStep = (onSubmit) => {
  const phone = createPhoneInput();
  const alert = createAlert(byId('number-error'));
  const guard = createGuard();

  const fail = (text, retryAfter, blamesNumber) => {
    alert.show(text, retryAfter);
    if (blamesNumber) phone.field.setAttribute('aria-invalid', 'true');
    phone.field.focus();
  };

  const clearFault = () => {
    alert.clear();
    phone.field.removeAttribute('aria-invalid');
  };

  const submit = async () => {
    clearFault();
    const { fault, ...body } = phone.read();
    if (fault) {
      fail(fault, undefined, true);
      return;
    }
    try {
      await onSubmit(body);
    } catch (problem) {
      const { text, at } = explain(problem);
      fail(text, problem.retryAfter, at === 'number');
    }
  };

  byId('number-form').addEventListener('submit', (event) => {
    event.preventDefault();
    void guard(() => whileBusy(byId('send'), 'Sending…', submit));
  });
  phone.field.addEventListener('input', clearFault);
  byId('country').addEventListener('change', clearFault);
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
