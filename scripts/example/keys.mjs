import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ROOT } from '../builder.mjs';

/** Also the audience of its proofs and tokens. */
export const APPLICATION = 'harbour';
const KEPT = join(ROOT, '.data', 'example-keys.json');

/**
 * The application of the examples and its keys, as `npx proofline apps create` and `keys create` make them.
 * Keeps the keys in `.data/` for the next start.
 */
export async function provideKeys(origin) {
  const { withOperatorTools } = await import(join(ROOT, 'dist/cli/operator-tools.js'));
  const { createLogger } = await import(join(ROOT, 'dist/observability/logger.js'));
  const logger = createLogger({ level: 'warn', stream: process.stderr });
  return withOperatorTools(logger, 'database', async ({ applications, apiKeys }) => {
    await applications.create(APPLICATION);
    await applications.set(APPLICATION, { origins: [origin], audience: APPLICATION });
    const kept = keptKeys();
    const keyOf = async (kind) => {
      const isInForce = kept[kind] !== undefined && (await apiKeys.identify(kept[kind]));
      return isInForce ? kept[kind] : (await apiKeys.create(kind, APPLICATION)).key;
    };
    const keys = { secret: await keyOf('secret'), publishable: await keyOf('publishable') };
    mkdirSync(dirname(KEPT), { recursive: true });
    writeFileSync(KEPT, JSON.stringify(keys), { mode: 0o600 });
    return keys;
  });
}

function keptKeys() {
  try {
    return JSON.parse(readFileSync(KEPT, 'utf8'));
  } catch {
    // The first start, or a file that somebody has changed.
    return {};
  }
}
