import { parseArgs } from 'node:util';

const NUMBERS = {
  rounds: 5,
  seconds: 10,
  warm: 3,
  clients: 32,
  latency: 0,
  processes: 1,
};

/** Optional parts of a run. */
const PARTS = ['paced', 'history', 'retention'];

const OPTIONS = {
  ...Object.fromEntries(
    [...Object.keys(NUMBERS), ...PARTS].map((name) => [name, { type: 'string' }]),
  ),
  'in-flight': { type: 'string' },
  node: { type: 'string' },
  only: { type: 'string' },
  json: { type: 'string' },
  record: { type: 'string' },
  'one-country': { type: 'boolean' },
  keys: { type: 'boolean' },
  webhook: { type: 'boolean' },
  smoke: { type: 'boolean' },
};

/** One second per subject: shows that everything works. */
const SMOKE = { rounds: 1, seconds: 1, warm: 0.2, clients: 4 };

/**
 * Reads the command line of `npm run bench`.
 * @throws Error that names the wrong option
 */
export function readOptions(args) {
  const { values } = parseArgs({ args, options: OPTIONS });
  // A client of a closed loop has one request in flight.
  values.clients ??= values['in-flight'];
  const defaults = values.smoke ? { ...NUMBERS, ...SMOKE } : NUMBERS;
  const numbers = Object.entries(defaults).map(([name, fallback]) => [
    name,
    readNumber(name, values[name]) ?? fallback,
  ]);
  return {
    ...Object.fromEntries(numbers),
    ...Object.fromEntries(PARTS.map((name) => [name, readNumber(name, values[name])])),
    node: values.node ?? process.execPath,
    only: values.only?.split(','),
    json: values.json,
    record: values.record,
    oneCountry: values['one-country'] === true,
    keys: values.keys === true,
    webhook: values.webhook === true,
    smoke: values.smoke === true,
  };
}

function readNumber(name, text) {
  if (text === undefined) return undefined;
  if (!/^\d+(\.\d+)?$/.test(text)) throw new Error(`--${name} takes a number, not "${text}"`);
  return Number(text);
}
