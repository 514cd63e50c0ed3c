/** Runs one piece of work at a time; what is pressed meanwhile is dropped. */
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

/** Shows on the button that work is going on. It keeps the focus, so it is marked and not disabled. */
export const whileBusy = async (
  button: HTMLElement,
  busyText: string,
  work: () => Promise<void>,
): Promise<void> => {
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
