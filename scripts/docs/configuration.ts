import { listSimulatorVariables, listVariables, type Variable } from './variables.js';

/** A document and the place in it between two comments of this name. */
type Place = 'configuration' | 'simulator';

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

/** The README with the table of the service's variables made anew. */
export function withConfigurationTable(readme: string): string {
  const rows = listVariables().map((variable) => [
    `\`${variable.name}\``,
    defaultCell(variable),
    variable.description,
  ]);
  return withTable(readme, 'configuration', [['variable', 'default', 'meaning'], ...rows]);
}

/** The page about the simulator with the table of its variables made anew. */
export function withSimulatorTable(page: string): string {
  const rows = listSimulatorVariables().map(({ name, description }) => [
    `\`${name}\``,
    description,
  ]);
  return withTable(page, 'simulator', [['variable', 'meaning'], ...rows]);
}

function withTable(text: string, place: Place, rows: readonly string[][]): string {
  const [before, after] = [`<!-- ${place}: written by npm run docs:env -->`, `<!-- /${place} -->`];
  const begin = text.indexOf(before);
  const end = text.indexOf(after);
  if (begin === -1 || end < begin) throw new Error(`The document has no place for ${place}`);
  return text.slice(0, begin + before.length) + tableOf(rows) + text.slice(end);
}

function tableOf([head = [], ...rows]: readonly string[][]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const ignored = (part: 'start' | 'end') => `<!-- prettier-ignore-${part} -->`;
  const ruler = line(head.map(() => '---'));
  return ['', ignored('start'), line(head), ruler, ...rows.map(line), ignored('end'), ''].join(
    '\n',
  );
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
