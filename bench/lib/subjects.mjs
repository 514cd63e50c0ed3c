import { fileURLToPath } from 'node:url';
import { HISTORY_NUMBERS } from './history.mjs';
import { startServer } from './processes.mjs';
import { POOL_MAX, startProofline } from './proofline.mjs';

/**
 * The compared services, each on its own database. After a run each column of `count` must equal the number
 * of successful flows.
 */
export const SUBJECTS = {
  floor: {
    dialect: 'plain',
    count: `SELECT (SELECT count(*) FROM verifications WHERE status = 'verified')::int AS verifications,
      (SELECT count(*) FROM users)::int AS users`,
    start: (surroundings) => startSubject('floor', surroundings),
  },
  proofline: {
    dialect: 'proofline',
    count: `SELECT (SELECT count(*) FROM verifications
        WHERE status = 'verified' AND phone_number NOT LIKE '${HISTORY_NUMBERS}%')::int AS verifications,
      (SELECT count(*) FROM users
        WHERE status = 'verified' AND phone_number NOT LIKE '${HISTORY_NUMBERS}%')::int AS users`,
    start: startProofline,
  },
  'better-auth': {
    dialect: 'better-auth',
    // It deletes finished verifications.
    count: 'SELECT count(*)::int AS users FROM "user" WHERE "phoneNumberVerified"',
    start: (surroundings) => startSubject('better-auth', surroundings),
  },
  tutorial: {
    dialect: 'plain',
    count: `SELECT (SELECT count(*) FROM verifications WHERE status = 'verified')::int AS verifications,
      (SELECT count(*) FROM users WHERE "isVerified")::int AS users`,
    start: (surroundings) => startSubject('tutorial', surroundings),
  },
};

const brief = new Intl.NumberFormat('en', { notation: 'compact' });

/**
 * The subjects of a run, with the variants of Proofline that the options select.
 * @throws Error if a name is unknown
 */
export function variantsOf({ only, processes, oneCountry, keys, webhook, history, retention }) {
  const names = only ?? Object.keys(SUBJECTS);
  const unknown = names.filter((name) => !(name in SUBJECTS));
  if (unknown.length > 0)
    throw new Error(`unknown subject: ${unknown}; known: ${Object.keys(SUBJECTS)}`);
  const variants = names.map((name) => ({ name, subject: name }));
  if (!names.includes('proofline')) return variants;
  const proofline = (what, setUp) => ({
    name: `proofline, ${what}`,
    subject: 'proofline',
    ...setUp,
  });
  if (processes > 1) variants.push(proofline(`${processes} processes`, { processes }));
  if (oneCountry) variants.push(proofline('one country', { inOneCountry: true }));
  if (keys) variants.push(proofline('keys', { keys }));
  if (webhook) variants.push(proofline('a webhook', { webhook }));
  if (history)
    variants.push(
      proofline(`${brief.format(history)} old rows`, { history: { verifications: history } }),
    );
  if (retention) {
    const old = { verifications: retention, users: 0, daysAgo: 60, days: 29 };
    variants.push(proofline(`purging ${brief.format(retention)}`, { history: old, purges: true }));
  }
  return variants;
}

async function startSubject(script, { databaseUrl, providerUrl, calls, home, name, node }) {
  const environment = {
    NODE_ENV: 'production',
    DATABASE_URL: databaseUrl,
    PROVIDER_URL: providerUrl,
    POOL_MAX: String(POOL_MAX),
    PROVIDER_CONNECTIONS: String(calls),
  };
  const file = fileURLToPath(new URL(`../subjects/${script}.mjs`, import.meta.url));
  return { processes: [await startServer({ name, script: file, environment, home, node })] };
}
