/** What is told about a subject: how each figure is read from the report of a round, and how it is written. */
export const COLUMNS = [
  { key: 'flowsPerSecond', title: 'flows/s', digits: 0, of: (r) => r.flowsPerSecond },
  { key: 'p50', title: 'p50 ms', digits: 1, of: (r) => r.flow.p50 },
  { key: 'p95', title: 'p95 ms', digits: 1, of: (r) => r.flow.p95 },
  { key: 'p99', title: 'p99 ms', digits: 1, of: (r) => r.flow.p99 },
  { key: 'requestP50', title: 'request p50 ms', digits: 1, of: (r) => r.request.p50 },
  { key: 'requestP99', title: 'request p99 ms', digits: 1, of: (r) => r.request.p99 },
  { key: 'verifyP50', title: 'verify p50 ms', digits: 1, of: (r) => r.verify.p50 },
  { key: 'verifyP99', title: 'verify p99 ms', digits: 1, of: (r) => r.verify.p99 },
  { key: 'cpuMs', title: 'CPU ms', digits: 2, of: (r) => r.cpuMs },
  { key: 'postgresCpuMs', title: 'Postgres CPU ms', digits: 2, of: (r) => r.postgresCpuMs },
  { key: 'statements', title: 'statements', digits: 2, of: (r) => r.statements },
  { key: 'rssMiB', title: 'RSS MiB', digits: 0, of: (r) => r.rssMiB },
];
