/**
 * Deadlines come from the server, and the clock of this device may be minutes off. The Date header has whole seconds,
 * cut off, so the estimate is up to a second early: a countdown ends a little late, never too soon.
 */
let skewMs = 0;

export const noteServerDate = (header) => {
  const at = Date.parse(header ?? '');
  if (!Number.isNaN(at)) skewMs = at - Date.now();
};

export const serverNow = () => Date.now() + skewMs;

/** Whole seconds left; the late estimate is cut off again, so that five minutes do not begin at 5:01. */
export const secondsUntil = (deadlineMs) => {
  const leftMs = deadlineMs - serverNow();
  return leftMs > 0 ? Math.max(1, Math.floor(leftMs / 1000)) : 0;
};

/** 28 → "0:28", 3725 → "1:02:05". */
export const clockText = (seconds) => {
  const two = (value) => String(value).padStart(2, '0');
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  return hours > 0
    ? `${hours}:${two(minutes)}:${two(seconds % 60)}`
    : `${minutes}:${two(seconds % 60)}`;
};

const unit = (value, name) => `${value} ${name}${value === 1 ? '' : 's'}`;

/** The same for people who listen: 88 → "1 minute 28 seconds". */
export const spokenTime = (seconds) => {
  const minutes = Math.floor(seconds / 60);
  if (minutes >= 60) return `about ${unit(Math.ceil(minutes / 60), 'hour')}`;
  return [minutes && unit(minutes, 'minute'), seconds % 60 && unit(seconds % 60, 'second')]
    .filter(Boolean)
    .join(' ');
};

/** Calls `onTick(secondsLeft)` at once and whenever the number changes, `onEnd()` at zero; returns a stop function. */
export const startCountdown = (deadlineMs, onTick, onEnd) => {
  let shown = null;
  let timer = null;
  const tick = () => {
    const left = secondsUntil(deadlineMs);
    if (left !== shown) {
      shown = left;
      onTick(left);
    }
    if (left === 0) {
      clearInterval(timer);
      onEnd?.();
    }
  };
  timer = setInterval(tick, 250);
  tick();
  return () => clearInterval(timer);
};
