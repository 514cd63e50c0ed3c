/** Figures of whole flows: how to read each from a report, and how to print it. */
export const FLOW_COLUMNS = [
  { key: 'flowsPerSecond', title: 'flows/s', digits: 0, of: (r) => r.flowsPerSecond },
  { key: 'p50', title: 'p50 ms', digits: 1, of: (r) => r.flow.p50 },
  { key: 'p95', title: 'p95 ms', digits: 1, of: (r) => r.flow.p95 },
  { key: 'p99', title: 'p99 ms', digits: 1, of: (r) => r.flow.p99 },
  { key: 'cpuMs', title: 'CPU ms', digits: 2, of: (r) => r.cpuMs },
  { key: 'postgresCpuMs', title: 'Postgres CPU ms', digits: 2, of: (r) => r.postgresCpuMs },
  { key: 'statements', title: 'statements', digits: 1, of: (r) => r.statements },
  { key: 'rssMiB', title: 'RSS MiB', digits: 0, of: (r) => r.rssMiB },
];

/** Figures of the two requests of a flow. */
export const REQUEST_COLUMNS = ['request', 'verify'].flatMap((step) =>
  ['p50', 'p95', 'p99'].map((share) => ({
    key: `${step}${share}`,
    title: `${step} ${share} ms`,
    digits: 1,
    of: (report) => report[step][share],
  })),
);
