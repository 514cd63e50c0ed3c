type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

/** The JSON value at the end of a command's output. */
export function answerIn(output: string): Json {
  const lines = output.trim().split('\n');
  for (let at = 0; at < lines.length; at += 1) {
    try {
      return JSON.parse(lines.slice(at).join('\n')) as Json;
    } catch {
      // The value begins further down.
    }
  }
  throw new Error(`The document shows JSON, but the command printed: ${output}`);
}

/** What a shown answer says that the actual one does not: names, types, and words such as a status. */
export function differences(shown: Json, actual: Json, path = 'answer'): string[] {
  if (kindOf(shown) !== kindOf(actual)) {
    return [`${path}: shown as ${kindOf(shown)}, and is ${kindOf(actual)}`];
  }
  if (Array.isArray(shown) && Array.isArray(actual)) {
    return shown.flatMap((item, at) => differences(item, actual[at] ?? null, `${path}[${at}]`));
  }
  if (isObject(shown) && isObject(actual)) {
    const names = new Set([...Object.keys(shown), ...Object.keys(actual)]);
    return [...names].flatMap((name) => {
      if (!(name in actual)) return [`${path}.${name}: is not there`];
      if (!(name in shown)) return [`${path}.${name}: is not shown`];
      return differences(shown[name] ?? null, actual[name] ?? null, `${path}.${name}`);
    });
  }
  if (shown === actual || !isFixed(shown)) return [];
  return [`${path}: shown as ${JSON.stringify(shown)}, and is ${JSON.stringify(actual)}`];
}

const isObject = (value: Json): value is Record<string, Json> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const kindOf = (value: Json): string => {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
};

/** Ids, times, tokens, numbers of phones and texts with a code differ from run to run. */
const isFixed = (value: Json): boolean =>
  typeof value === 'string' ? !/[\d…]/.test(value) : typeof value !== 'number' || value < 1_000_000;
