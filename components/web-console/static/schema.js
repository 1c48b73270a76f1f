// JSON Schema in words and as tables: what a field is, what it may be, and an example. Pure.

/** The node that a `$ref` of the document points to; anything else is itself. */
export function resolve(document, node) {
  let at = node;
  while (at && typeof at.$ref === 'string') {
    const parts = at.$ref.replace(/^#\//, '').split('/').map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
    at = parts.reduce((inside, part) => inside?.[part], document);
  }
  return at ?? {};
}

/** The name of a component that a node refers to: `Task` of `#/components/schemas/Task`; null for what has none of its own. */
export const nameOf = (node) => /^#\/components\/[a-zA-Z]+\/([^/]+)$/.exec(node?.$ref ?? '')?.[1] ?? null;

const typesOf = (schema) => [schema.type ?? []].flat();

/** What a value is: `string (date-time) or null`, `array of Task`. */
export function typeWords(document, node) {
  const schema = resolve(document, node);
  const name = nameOf(node);
  if (schema.anyOf || schema.oneOf) {
    return [...new Set((schema.anyOf ?? schema.oneOf).map((one) => typeWords(document, one)))].join(' or ');
  }
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (name && (schema.type === 'object' || schema.allOf)) return name;
  if (schema.allOf) return 'object';
  const words = typesOf(schema).map((type) => {
    if (type === 'array') return `array of ${typeWords(document, schema.items ?? {})}`;
    return type === 'string' && schema.format ? `string (${schema.format})` : type;
  });
  return words.join(' or ') || 'any';
}

const between = (least, most, unit) => {
  if (least !== undefined && most !== undefined) return `${least} to ${most}${unit}`;
  if (most !== undefined) return `at most ${most}${unit}`;
  return least !== undefined ? `at least ${least}${unit}` : null;
};

/** What a value may be: `one of low, medium, high`, `1 to 200 characters`, `default medium`. */
export function rules(document, node) {
  const schema = resolve(document, node);
  const words = [];
  const choices = schema.enum?.filter((one) => one !== null);
  if (choices) words.push(`one of ${choices.join(', ')}`);
  words.push(between(schema.minimum, schema.maximum, ''), between(schema.minLength, schema.maxLength, ' characters'), between(schema.minItems, schema.maxItems, ' items'));
  if (schema.items) words.push(...rules(document, schema.items).map((rule) => `each ${rule}`));
  if (schema.default !== undefined) words.push(`default ${JSON.stringify(schema.default)}`);
  return words.filter(Boolean);
}

/** The properties of an object, those of its parts included: `[name, node, required]`. */
export function properties(document, node) {
  const schema = resolve(document, node);
  const required = new Set(schema.required ?? []);
  const own = Object.entries(schema.properties ?? {}).map(([name, property]) => [name, property, required.has(name)]);
  const inherited = (schema.allOf ?? []).flatMap((part) => properties(document, part));
  const all = new Map([...inherited, ...own].map((property) => [property[0], property]));
  return [...all.values()];
}

const SAMPLES = {
  'date-time': '2031-01-31T09:00:00Z', date: '2031-01-31', uuid: '01a210ed-951d-713d-81e4-b835786f2da7', 'iana-time-zone': 'Europe/Berlin',
};

/** A value that fits, for a form to begin with: required fields and those with a default. */
export function example(document, node, depth = 0) {
  const schema = resolve(document, node);
  if (schema.examples?.length) return schema.examples[0];
  if (schema.const !== undefined) return schema.const;
  if (schema.default !== undefined) return schema.default;
  if (schema.enum) return schema.enum[0];
  const variants = schema.anyOf ?? schema.oneOf;
  if (variants) return example(document, variants[0], depth);
  const [type] = typesOf(schema);
  if (type === 'object' || schema.properties || schema.allOf) {
    const wanted = properties(document, node).filter(([, property, required]) => required || (depth === 0 && resolve(document, property).default !== undefined));
    return depth > 4 ? {} : Object.fromEntries(wanted.map(([name, property]) => [name, example(document, property, depth + 1)]));
  }
  if (type === 'array') return depth > 4 ? [] : [example(document, schema.items ?? {}, depth + 1)];
  if (type === 'integer' || type === 'number') return schema.minimum ?? 0;
  if (type === 'boolean') return false;
  return type === 'null' ? null : (SAMPLES[schema.format] ?? 'text');
}
