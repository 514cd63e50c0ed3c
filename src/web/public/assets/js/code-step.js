import { verifyOtp } from './api.js';
import { createAlert } from './alert.js';
import { createCodeInput } from './code-input.js';
import { createCodeMeter } from './code-meter.js';
import { byId } from './dom.js';
import { explain } from './messages.js';
import { displayNumber } from './phone-input.js';
import { createResendButton } from './resend-button.js';
import { announce, createGuard, showStep, whileBusy } from './steps.js';

/** The second panel: the code. `onResend()` asks for a new one; `onVerified(answer)` ends it. */
export const createCodeStep = ({ onVerified, onResend, onChange }) => {
  const field = byId('code');
  const form = byId('code-form');
  const input = createCodeInput(field);
  const alert = createAlert(byId('code-error'));
  const guard = createGuard();
  let session = null;

  const setOver = (over) => {
    form.classList.toggle('is-over', over);
    field.disabled = over;
    byId('verify').hidden = over;
  };

  const clearFault = () => {
    alert.clear();
    field.removeAttribute('aria-invalid');
  };

  const meter = createCodeMeter(() => {
    setOver(true);
    alert.show(explain({ code: 'code_expired' }).text);
    byId('resend').focus();
  });

  const fail = (problem) => {
    const { text, at, over } = explain(problem);
    if (problem.attemptsRemaining !== undefined) meter.showTries(problem.attemptsRemaining);
    alert.show(text, problem.retryAfter);
    if (at === 'code') field.setAttribute('aria-invalid', 'true');
    if (over) {
      meter.end();
      byId('expiry').textContent = '';
      setOver(true);
      byId('resend').focus();
    } else {
      field.focus();
      field.select();
    }
  };

  const check = async () => {
    clearFault();
    const { fault, code } = input.read();
    if (fault) {
      alert.show(fault);
      field.setAttribute('aria-invalid', 'true');
      field.focus();
      return;
    }
    try {
      const answer = await verifyOtp(session.verificationId, code);
      close();
      onVerified(answer);
    } catch (problem) {
      fail(problem);
    }
  };

  const askAgain = async () => {
    clearFault();
    try {
      await onResend();
    } catch (problem) {
      alert.show(explain(problem).text, problem.retryAfter);
      if (problem.code === 'cooldown') resend.waitSeconds(problem.retryAfter ?? 0);
    }
  };

  const resend = createResendButton(byId('resend'), (whileSending) =>
    guard(() => whileSending(askAgain)),
  );

  const close = () => {
    meter.end();
    resend.end();
    clearFault();
  };

  const open = (next, notice = '') => {
    close();
    session = next;
    setOver(false);
    input.reset(next.codeLength);
    byId('sent-to').textContent = displayNumber(next.phoneNumber);
    byId('code-notice').textContent = notice;
    byId('code-notice').hidden = notice === '';
    meter.start(next);
    resend.waitUntil(Date.parse(next.resendAt ?? '') || 0);
    showStep('code', field);
    announce(notice || `A code was sent to ${displayNumber(next.phoneNumber)}.`);
  };

  form.addEventListener('submit', (event) => {
    event.preventDefault();
    if (!field.disabled) void guard(() => whileBusy(byId('verify'), 'Checking…', check));
  });
  field.addEventListener('input', clearFault);
  byId('change').addEventListener('click', () => {
    void guard(() => {
      close();
      onChange();
    });
  });

  return { open };
};
