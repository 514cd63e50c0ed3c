/** Runs one task at a time; drops calls in the meantime. */
export const createGuard = (): ((work: () => unknown) => Promise<void>) => {
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

/**
 * Shows progress on the button, then its label again. Uses `aria-disabled`, because `disabled` would lose
 * the focus.
 * @param label read afterwards, because the language may have changed
 */
export const whileBusy = async (
  button: HTMLElement,
  busyText: string,
  label: () => string,
  work: () => Promise<void>,
): Promise<void> => {
  button.setAttribute('aria-disabled', 'true');
  button.textContent = busyText;
  try {
    await work();
  } finally {
    button.textContent = label();
    button.removeAttribute('aria-disabled');
  }
};
