// web/src/lib/generated/client.ts from docs/openapi.json: `node client.mjs` writes it, the tests compare.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(import.meta.dirname, '../..');
export const output = join(root, 'web/src/lib/generated/client.ts');

const isName = (text) => /^[A-Za-z_$][\w$]*$/.test(text);
const key = (text) => (isName(text) ? text : JSON.stringify(text));
const typeName = (ref) => ref.split('/').pop();
const union = (types) => [...new Set(types)].join(' | ');

/** The TypeScript type of a JSON schema; what a schema leaves open stays open. */
function typeOf(schema, depth = 0) {
  if (schema === undefined || schema === true) return 'unknown';
  if (schema.$ref) return /^#\/components\/schemas\/[^/]+$/.test(schema.$ref) ? typeName(schema.$ref) : 'unknown';
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return union(schema.enum.map((one) => JSON.stringify(one)));
  for (const word of ['oneOf', 'anyOf']) if (schema[word]) return union(schema[word].map((one) => typeOf(one, depth)));
  if (Array.isArray(schema.type)) return union(schema.type.map((type) => typeOf({ ...schema, type }, depth)));
  if (schema.type === 'array') return schema.items ? `Array<${typeOf(schema.items, depth)}>` : 'unknown[]';
  if (schema.type === 'object' || schema.properties) return objectType(schema, depth);
  return { string: schema.format === 'binary' ? 'Blob' : 'string', integer: 'number', number: 'number', boolean: 'boolean', null: 'null' }[schema.type] ?? 'unknown';
}

function objectType(schema, depth) {
  const members = Object.entries(schema.properties ?? {});
  const extra = schema.additionalProperties;
  if (members.length === 0) return extra && extra !== true ? `Record<string, ${typeOf(extra, depth)}>` : 'Record<string, unknown>';
  const pad = '  '.repeat(depth + 1);
  const lines = members.map(([name, one]) => {
    const comment = one.description ? `${pad}/** ${one.description.replaceAll('*/', '')} */\n` : '';
    return `${comment}${pad}${key(name)}${schema.required?.includes(name) ? '' : '?'}: ${typeOf(one, depth + 1)};`;
  });
  return `{\n${lines.join('\n')}\n${'  '.repeat(depth)}}`;
}

const json = (content) => Object.entries(content ?? {}).find(([type]) => type === 'application/json')?.[1];

function operationText(document, path, method, item, operation) {
  const resolved = (one) => (one.$ref ? one.$ref.slice(2).split('/').reduce((value, part) => value[part], document) : one);
  const parameters = [...(item.parameters ?? []), ...(operation.parameters ?? [])].map(resolved);
  const of = (place) => parameters.filter((one) => one.in === place);
  const [bodyType, media] = Object.entries(operation.requestBody?.content ?? {})[0] ?? [];
  const good = Object.entries(operation.responses).filter(([status]) => status.startsWith('2')).map(([, one]) => resolved(one));
  const media2 = good.map((one) => json(one.content)?.schema).filter(Boolean);
  const answers = media2.length > 0 && media2.length === good.filter((one) => one.content).length;
  const result = answers ? union(media2.map((schema) => typeOf(schema, 1))) : 'Response';
  const names = of('path').map((one) => `${one.name}: ${typeOf(one.schema)}`);
  if (media) names.push(`body: ${bodyType === 'application/json' ? typeOf(media.schema, 1) : 'BodyInit'}`);
  const query = of('query');
  const headers = of('header');
  const group = (list) => `{ ${list.map((one) => `${key(one.name)}${one.required ? '' : '?'}: ${typeOf(one.schema)}`).join('; ')} }`;
  const options = [];
  if (query.length) options.push(`query${query.some((one) => one.required) ? '' : '?'}: ${group(query)}`);
  if (headers.length) options.push(`headers${headers.some((one) => one.required) ? '' : '?'}: ${group(headers)}`);
  const must = [...query, ...headers].some((one) => one.required);
  const extra = options.length ? `Ask & { ${options.join('; ')} }` : 'Ask';
  names.push(`ask: ${extra}${must ? '' : ' = {}'}`);
  const place = '`' + path.replace(/\{(\w+)\}/g, (_, name) => (name === 'model' ? '${slashed(model)}' : `\${encodeURIComponent(${name})}`)) + '`';
  const sent = [`'${method.toUpperCase()}'`, path.includes('{') ? place : `'${path}'`, 'ask'];
  if (media) sent.push('body', `'${bodyType === 'application/json' ? bodyType : 'application/octet-stream'}'`);
  const call = answers ? `this.json<${result}>(${sent.join(', ')})` : `this.send(${sent.join(', ')})`;
  return `  /** ${operation.summary.replaceAll('*/', '')} */\n  ${operation.operationId}(${names.join(', ')}): Promise<${result}> {\n    return ${call};\n  }`;
}

const head = `// Made from docs/openapi.json by tests/e2e/client.mjs: do not edit.

/** What every call takes beside its own parameters. */
export interface Ask {
  signal?: AbortSignal;
  query?: Record<string, unknown>;
  headers?: Record<string, unknown>;
}

/** An answer that is not 2xx. */
export class ApiError extends Error {
  constructor(readonly problem: Problem, readonly response: Response) {
    super(problem.detail);
  }
}

const slashed = (name: string): string => name.split('/').map(encodeURIComponent).join('/');
`;

const client = `
/** The HTTP API of a Breakeven server. Calls throw ApiError. */
export class BreakevenClient {
  /** \`base\` empty: the server of this page. */
  constructor(private readonly base = '', private readonly token = '', private readonly ask: typeof fetch = (...all) => fetch(...all)) {}

  private async send(method: string, path: string, { signal, query = {}, headers = {} }: Ask, body?: unknown, type?: string): Promise<Response> {
    const words = new URLSearchParams();
    for (const [name, value] of Object.entries(query)) if (value !== undefined) words.set(name, String(value));
    const all = new Headers();
    for (const [name, value] of Object.entries(headers)) if (value !== undefined) all.set(name, String(value));
    if (this.token) all.set('Authorization', \`Bearer \${this.token}\`);
    if (type) all.set('Content-Type', type);
    const sent = type === 'application/json' ? JSON.stringify(body) : ((body ?? null) as BodyInit | null);
    const response = await this.ask(this.base + path + (words.size > 0 ? \`?\${words}\` : ''), { method, headers: all, body: sent, signal: signal ?? null });
    if (response.ok) return response;
    const text = await response.text();
    let problem: Problem = { type: 'about:blank', title: response.statusText, status: response.status, detail: text || response.statusText, code: 'unknown' };
    if (response.headers.get('content-type')?.includes('json')) problem = JSON.parse(text) as Problem;
    throw new ApiError(problem, response);
  }

  private async json<T>(method: string, path: string, ask: Ask, body?: unknown, type?: string): Promise<T> {
    return (await (await this.send(method, path, ask, body, type)).json()) as T;
  }
`;

/** The client's text. */
export function generated() {
  const document = JSON.parse(readFileSync(join(root, 'docs/openapi.json'), 'utf8'));
  const types = Object.entries(document.components.schemas).map(([name, schema]) => {
    const comment = schema.description ? `/** ${schema.description.replaceAll('*/', '')} */\n` : '';
    return `${comment}export type ${name} = ${typeOf(schema)};`;
  });
  const operations = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).filter(([method]) => method !== 'parameters').map(([method, operation]) => operationText(document, path, method, item, operation)));
  return `${head}\n${types.join('\n\n')}\n${client}\n${operations.join('\n\n')}\n}\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  mkdirSync(dirname(output), { recursive: true });
  writeFileSync(output, generated());
}
