import { listVariables, type Variable } from './variables.js';

const BEGIN = '<!-- configuration: written by npm run docs:env -->';
const END = '<!-- /configuration -->';

const HEAD = `# Every variable that Proofline reads, with its default. Written by "npm run docs:env".
#
# Copy this file to .env for development; production reads the real environment only. What is set there wins over
# .env, and an empty value counts as not set. NAME_FILE=/path reads the value of NAME from a file.
`;

/** The text of `.env.example`: everything is commented out, because everything has a default in development. */
export function envExample(): string {
  const sections = bySection(listVariables()).map(([section, variables]) =>
    [`# --- ${section} ---`, ...variables.map(exampleOf)].join('\n\n'),
  );
  return `${HEAD}\n${sections.join('\n\n')}\n`;
}

/** README with its configuration table made anew. */
export function withConfigurationTable(readme: string): string {
  const begin = readme.indexOf(BEGIN);
  const end = readme.indexOf(END);
  if (begin === -1 || end < begin) throw new Error('README.md has no place for the configuration');
  return readme.slice(0, begin + BEGIN.length) + table() + readme.slice(end);
}

function table(): string {
  const rows = listVariables().map(
    (variable) => `| \`${variable.name}\` | ${defaultCell(variable)} | ${variable.description} |`,
  );
  return [
    '',
    '<!-- prettier-ignore-start -->',
    '| variable | default | meaning |',
    '| --- | --- | --- |',
    ...rows,
    '<!-- prettier-ignore-end -->',
    '',
  ].join('\n');
}

function defaultCell({ fallback, requiredInProduction }: Variable): string {
  if (requiredInProduction) return '**required in production**';
  return fallback === undefined ? '' : `\`${fallback}\``;
}

function exampleOf({ name, description, fallback, requiredInProduction }: Variable): string {
  const note = requiredInProduction ? `${description}. Required in production` : description;
  return `# ${note}\n#${name}=${fallback ?? ''}`;
}

function bySection(variables: readonly Variable[]): [string, Variable[]][] {
  const sections = new Map<string, Variable[]>();
  for (const variable of variables) {
    sections.set(variable.section, [...(sections.get(variable.section) ?? []), variable]);
  }
  return [...sections];
}
