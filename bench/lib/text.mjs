import { FLOW_COLUMNS, REQUEST_COLUMNS } from './columns.mjs';
import { markdownTable } from './table.mjs';

/** Share of the cores. */
const BUSY = 0.5;

/** The result of a run in words and tables, for the terminal and for docs/performance.md. */
export function resultText({ at, machine, options, parts }) {
  const { rounds, seconds } = options;
  const how = `${at.slice(0, 10)}, ${machine.cores} cores (${machine.cpu}), Node ${machine.node}: ${count(rounds, 'round')} of ${count(seconds, 'second')}.`;
  return [how, ...disturbance(machine), ...parts.map(partText)].join('\n\n');
}

/** A machine with something else to do gives rough figures. */
function disturbance({ load, cores }) {
  if (!(load > cores * BUSY)) return [];
  return [`**The machine was busy with other things (load ${load.toFixed(1)}): rough figures.**`];
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

/** Who kept how many cores busy: the load generator and the stand-in have to leave room for the others. */
function coresText(summary) {
  const lines = summary.map(({ name, cores: busy }) => {
    const parts = Object.entries(busy).map(([part, n]) => `${part} ${n.toFixed(2)}`);
    return `- ${name}: ${parts.join(', ')}`;
  });
  return ['Cores that were busy:', '', ...lines].join('\n');
}

function refusals(summary) {
  const refused = summary.filter((subject) => subject.refused > 0);
  if (refused.length === 0) return [];
  const told = refused.map((subject) => `${subject.name} ${subject.refused}`);
  return [`Told to come back, and came back (503 with Retry-After): ${told.join(', ')}.`];
}

const count = (n, what) => `${n} ${what}${n === 1 ? '' : 's'}`;
