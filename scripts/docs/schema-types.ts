type JsonType = 'string' | 'integer' | 'number' | 'boolean' | 'null' | 'array' | 'object';

/** The subset of JSON Schema that the service uses. */
export interface JsonSchema {
  type?: JsonType | JsonType[];
  description?: string;
  const?: unknown;
  enum?: unknown[];
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
  items?: JsonSchema;
  properties?: Record<string, JsonSchema>;
  additionalProperties?: JsonSchema | boolean;
  required?: string[];
}

/** The TypeScript type of a schema. */
export function typeOf(schema: JsonSchema, indent: string): string {
  if (schema.const !== undefined) return literal(schema.const);
  if (schema.enum) return schema.enum.map(literal).join(' | ');
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return [...new Set(choices.map((one) => typeOf(one, indent)))].join(' | ');
  if (Array.isArray(schema.type)) {
    return schema.type.map((type) => typeOf({ ...schema, type }, indent)).join(' | ');
  }
  switch (schema.type) {
    case 'integer':
      return 'number';
    case 'array':
      return arrayType(schema.items ?? {}, indent);
    case 'object':
      return objectType(schema, indent);
    case undefined:
      return 'unknown';
    default:
      return schema.type;
  }
}

/** The properties, each with its description. */
export function objectType(schema: JsonSchema, indent: string): string {
  const { properties, additionalProperties: others, required = [] } = schema;
  if (properties === undefined && typeof others === 'object')
    return `Record<string, ${typeOf(others, indent)}>`;
  const inner = `${indent}  `;
  const lines = Object.entries(properties ?? {}).map(([name, property]) => {
    const comment = property.description ? `${inner}/** ${property.description} */\n` : '';
    const mark = required.includes(name) ? '' : '?';
    return `${comment}${inner}${keyOf(name)}${mark}: ${typeOf(property, inner)};\n`;
  });
  return `{\n${lines.join('')}${indent}}`;
}

const arrayType = (items: JsonSchema, indent: string): string => {
  const type = typeOf(items, indent);
  const isUnion = (items.enum ?? items.anyOf ?? items.oneOf ?? []).length > 1;
  return isUnion ? `(${type})[]` : `${type}[]`;
};

const keyOf = (name: string): string => (/^\w+$/.test(name) ? name : `'${name}'`);

const literal = (value: unknown): string =>
  typeof value === 'string' ? `'${value}'` : JSON.stringify(value);
