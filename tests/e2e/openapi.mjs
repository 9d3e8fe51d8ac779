// docs/openapi.json from docs/openapi.yaml and docs/schemas: `node openapi.mjs` writes it, the tests compare.
import { readFileSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

const docs = resolve(import.meta.dirname, '../../docs');

/** Every $ref of `value`, changed by `change`. */
function withRefs(value, change) {
  if (Array.isArray(value)) return value.map((one) => withRefs(one, change));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, key === '$ref' ? change(inner) : withRefs(inner, change)]));
}

const nameOf = (file) => basename(file, '.schema.json').replace(/(^|-)(\w)/g, (_, __, letter) => letter.toUpperCase());

/** One document without references to other files. */
export function bundled() {
  const document = parse(readFileSync(join(docs, 'openapi.yaml'), 'utf8'), { merge: true });
  const found = new Map();
  const whole = withRefs(document, (ref) => {
    if (ref.startsWith('#')) return ref;
    found.set(nameOf(ref), ref);
    return `#/components/schemas/${nameOf(ref)}`;
  });
  for (const [name, file] of found) {
    const { $schema, $id, ...schema } = JSON.parse(readFileSync(join(docs, file), 'utf8'));
    whole.components.schemas[name] = withRefs(schema, (ref) => ref.replace(/^#/, `#/components/schemas/${name}`));
  }
  return JSON.stringify(whole) + '\n';
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(join(docs, 'openapi.json'), bundled());
