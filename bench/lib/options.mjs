import { parseArgs } from 'node:util';

const NUMBERS = {
  rounds: 5,
  seconds: 10,
  warm: 3,
  clients: 32,
  latency: 0,
  processes: 1,
};

const OPTIONS = {
  ...Object.fromEntries(Object.keys(NUMBERS).map((name) => [name, { type: 'string' }])),
  only: { type: 'string' },
  json: { type: 'string' },
  smoke: { type: 'boolean' },
};

/** A second each and no more than it takes to see that everything works. */
const SMOKE = { rounds: 1, seconds: 1, warm: 0.2, clients: 4 };

/**
 * Reads the command line of `npm run bench`.
 * @throws Error that says what is wrong with it
 */
export function readOptions(args) {
  const { values } = parseArgs({ args, options: OPTIONS });
  const defaults = values.smoke ? { ...NUMBERS, ...SMOKE } : NUMBERS;
  const numbers = Object.entries(defaults).map(([name, fallback]) => [
    name,
    values[name] === undefined ? fallback : readNumber(name, values[name]),
  ]);
  return {
    ...Object.fromEntries(numbers),
    only: values.only?.split(','),
    json: values.json,
    smoke: values.smoke === true,
  };
}

function readNumber(name, text) {
  const number = Number(text);
  if (!/^\d+(\.\d+)?$/.test(text)) throw new Error(`--${name} takes a number, not "${text}"`);
  return number;
}
