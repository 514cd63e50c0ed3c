import { FLOW_COLUMNS, REQUEST_COLUMNS } from './columns.mjs';
import { markdownTable } from './table.mjs';

/** Share of the cores that other work may use. */
const BUSY = 0.5;

/** Formats the result of a run for the terminal and for docs/performance.md. */
export function resultText({ at, machine, options, parts }) {
  const { rounds, seconds } = options;
  const how = `${at.slice(0, 10)}, ${machine.cores} cores (${machine.cpu}), Node ${machine.node}: ${count(rounds, 'round')} of ${count(seconds, 'second')}.`;
  return [how, ...disturbance(machine), ...parts.map(partText)].join('\n\n');
}

/** Warns when other work disturbed the measurement. */
function disturbance({ load, cores }) {
  if (!(load > cores * BUSY)) return [];
  return [`**Other work kept the machine busy (load ${load.toFixed(1)}): the figures are rough.**`];
}

function partText({ title, summary }) {
  return [
    `${title}:`,
    markdownTable(summary, FLOW_COLUMNS),
    markdownTable(summary, REQUEST_COLUMNS),
    ...refusals(summary),
    coresText(summary),
  ].join('\n\n');
}

/** Busy cores by process: the load generator and the provider stub must leave room for the others. */
function coresText(summary) {
  const lines = summary.map(({ name, cores: busy }) => {
    const parts = Object.entries(busy).map(([part, n]) => `${part} ${n.toFixed(2)}`);
    return `- ${name}: ${parts.join(', ')}`;
  });
  return ['Busy cores:', '', ...lines].join('\n');
}

function refusals(summary) {
  const refused = summary.filter((subject) => subject.refused > 0);
  if (refused.length === 0) return [];
  const counts = refused.map((subject) => `${subject.name} ${subject.refused}`);
  return [`Refused with 503 and Retry-After, then retried: ${counts.join(', ')}.`];
}

const count = (n, what) => `${n} ${what}${n === 1 ? '' : 's'}`;
