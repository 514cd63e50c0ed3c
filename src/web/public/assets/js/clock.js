/** The clock of this device may be minutes off; the Date header of an answer is not. */
let skewMs = 0;

export const syncClock = (header) => {
  const at = Date.parse(header ?? '');
  if (!Number.isNaN(at)) skewMs = at - Date.now();
};

export const serverNow = () => Date.now() + skewMs;
