import { verifyOtp } from './api.js';
import { createAlert } from './alert.js';
import { wordsOf } from './channels.js';
import { createCodeInput } from './code-input.js';
import { createCodeMeter } from './code-meter.js';
import { showCodeWords } from './code-words.js';
import { byId } from './dom.js';
import { explain } from './messages.js';
import { displayNumber } from './phone-input.js';
import { createResendButtons } from './resend-buttons.js';
import { announce, createGuard, showStep, whileBusy } from './steps.js';

/**
 * The second panel: the code, or what stands for one. `onResend(channel, over)` sends again, `over` when this
 * verification can no longer succeed; `onVerified(answer)` ends it.
 */
export const createCodeStep = ({ offered, onVerified, onResend, onChange }) => {
  const field = byId('code');
  const form = byId('code-form');
  const input = createCodeInput(field);
  const alert = createAlert(byId('code-error'));
  const guard = createGuard();
  let session = null;
  let isOver = false;

  const setOver = (over) => {
    isOver = over;
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
    alert.show(explain({ code: 'code_expired' }, session.channel).text);
    byId('resend').focus();
  });

  const goOn = () => {
    if (session.channel === 'seamless') {
      byId('verify').focus();
      return;
    }
    field.focus();
    field.select();
  };

  const fail = (problem) => {
    const { text, at, over } = explain(problem, session.channel);
    if (problem.attemptsRemaining !== undefined) {
      session.attemptsRemaining = problem.attemptsRemaining;
      meter.showTries(problem.attemptsRemaining);
    }
    alert.show(text, problem.retryAfter);
    if (at === 'code') field.setAttribute('aria-invalid', 'true');
    if (over) {
      meter.end();
      byId('expiry').textContent = '';
      setOver(true);
      byId('resend').focus();
    } else goOn();
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

  const askAgain = async (channel) => {
    clearFault();
    try {
      await onResend(channel, isOver);
    } catch (problem) {
      const { text, over } = explain(problem, session.channel);
      if (over) fail(problem);
      else alert.show(text, problem.retryAfter);
      if (problem.code === 'cooldown') resend.waitSeconds(problem.retryAfter ?? 0);
    }
  };

  const resend = createResendButtons(offered, (channel, whileSending) =>
    guard(() => whileSending(() => askAgain(channel))),
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
    input.reset(next);
    showCodeWords(next, notice);
    meter.start(next);
    resend.start(next.channel, Date.parse(next.resendAt ?? '') || 0);
    showStep('code', next.channel === 'seamless' ? byId('code-title') : field);
    announce(notice || wordsOf(next.channel).told(displayNumber(next.phoneNumber)));
  };

  form.addEventListener('submit', (event) => {
    event.preventDefault();
    if (!isOver) void guard(() => whileBusy(byId('verify'), 'Checking…', check));
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
