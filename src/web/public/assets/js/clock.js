/** Difference between the service's clock and this device's, which may be minutes off. */
let skewMs = 0;

export const syncClock = (header) => {
  const at = Date.parse(header ?? '');
  if (!Number.isNaN(at)) skewMs = at - Date.now();
};

export const serverNow = () => Date.now() + skewMs;
