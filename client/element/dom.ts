type Attributes = Readonly<Record<string, string>>;

/** Creates an element. Children are nodes or text, so data never becomes markup. */
export const make = <Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[Tag] => {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
};

/** Wraps digits for tabular figures, so that a countdown does not jitter. */
export const withTabularDigits = (text: string): (Node | string)[] =>
  text
    .split(/(\d+)/)
    .map((part) => (/\d/.test(part) ? make('span', { class: 'figures' }, part) : part));

const SVG = 'http://www.w3.org/2000/svg';

/** A decorative icon, hidden from screen readers. */
export const makeIcon = (attributes: Attributes, ...shapes: [string, Attributes][]): SVGElement => {
  const svg = document.createElementNS(SVG, 'svg');
  for (const [name, value] of Object.entries(attributes)) svg.setAttribute(name, value);
  svg.setAttribute('aria-hidden', 'true');
  for (const [tag, shape] of shapes) {
    const element = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(shape)) element.setAttribute(name, value);
    svg.append(element);
  }
  return svg;
};
