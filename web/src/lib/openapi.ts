// The server's own description of itself (OpenAPI 3.1), cut into what a page shows.

export interface Schema {
  $ref?: string;
  type?: string | string[];
  format?: string;
  description?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  enum?: (string | null)[];
  const?: unknown;
  minimum?: number;
  maximum?: number;
  default?: unknown;
  additionalProperties?: boolean | Schema;
  oneOf?: Schema[];
  anyOf?: Schema[];
  allOf?: Schema[];
}
interface Media {
  schema?: Schema;
  example?: unknown;
}
export interface Parameter {
  $ref?: string;
  name: string;
  in: string;
  required?: boolean;
  description?: string;
  schema?: Schema;
  example?: unknown;
}
interface Body {
  $ref?: string;
  description?: string;
  content?: Record<string, Media>;
}
interface Operation {
  operationId: string;
  summary: string;
  description?: string;
  tags?: string[];
  parameters?: Parameter[];
  requestBody?: Body;
  responses: Record<string, Body>;
}
export interface OpenApi {
  info: { title: string; summary?: string; description?: string; version: string };
  tags: { name: string; description: string }[];
  paths: Record<string, Record<string, Operation | Parameter[]>>;
  components: { schemas: Record<string, Schema>; parameters: Record<string, Parameter>; responses: Record<string, Body> };
}

export interface Route {
  id: string;
  method: string;
  path: string;
  summary: string;
  description: string;
  parameters: Parameter[];
  request: { type: string; schema: Schema | null; example: unknown } | null;
  answers: { status: string; description: string; type: string; schema: Schema | null }[];
}
export interface Section {
  name: string;
  description: string;
  routes: Route[];
}

function at<T extends { $ref?: string }>(document: OpenApi, value: T): T {
  if (!value.$ref) return value;
  const found = value.$ref
    .replace(/^#\//, '')
    .split('/')
    .reduce<unknown>((part, name) => (part as Record<string, unknown> | undefined)?.[name], document);
  return (found ?? {}) as T;
}

/** A schema whose name is known is followed once; what it refers to in turn stays a name. */
export function resolved(document: OpenApi, schema: Schema): Schema {
  return at(document, schema);
}

export function sections(document: OpenApi): Section[] {
  const routes = Object.entries(document.paths).flatMap(([path, item]) => {
    const shared = Array.isArray(item['parameters']) ? item['parameters'] : [];
    return Object.entries(item).flatMap(([method, operation]) => (Array.isArray(operation) ? [] : [{ tag: operation.tags?.[0] ?? '', route: routeOf(document, method, path, operation, shared) }]));
  });
  return document.tags.map((tag) => ({ name: tag.name, description: tag.description, routes: routes.filter((one) => one.tag === tag.name).map((one) => one.route) })).filter((section) => section.routes.length > 0);
}

function routeOf(document: OpenApi, method: string, path: string, operation: Operation, shared: Parameter[]): Route {
  const body = operation.requestBody ? at(document, operation.requestBody) : null;
  const [type = '', media] = Object.entries(body?.content ?? {})[0] ?? [];
  return {
    id: operation.operationId,
    method: method.toUpperCase(),
    path,
    summary: operation.summary,
    description: operation.description ?? body?.description ?? '',
    parameters: [...shared, ...(operation.parameters ?? [])].map((one) => at(document, one)),
    request: body ? { type, schema: media?.schema ?? null, example: media?.example ?? null } : null,
    answers: Object.entries(operation.responses).map(([status, response]) => {
      const answer = at(document, response);
      const [answerType = '', content] = Object.entries(answer.content ?? {})[0] ?? [];
      return { status: status === 'default' ? 'otherwise' : status, description: answer.description ?? '', type: answerType, schema: content?.schema ?? null };
    }),
  };
}

/** "integer, 0 to 200", "one of a, b", "list of Price". */
export function typeWords(schema: Schema | undefined): string {
  if (!schema) return '';
  if (schema.$ref) return schema.$ref.replace(/^.*\//, '');
  if (schema.enum) return `one of ${schema.enum.map((one) => one ?? 'null').join(', ')}`;
  const either = schema.oneOf ?? schema.anyOf;
  if (either) return either.map(typeWords).join(' or ');
  if (schema.items) return `list of ${typeWords(schema.items) || 'values'}`;
  const type = Array.isArray(schema.type) ? schema.type.join(' or ') : (schema.type ?? (schema.properties ? 'object' : 'any'));
  const low = schema.minimum;
  const high = schema.maximum;
  const range = low !== undefined && high !== undefined ? `, ${low} to ${high}` : low !== undefined ? `, at least ${low}` : high !== undefined ? `, at most ${high}` : '';
  return type + (schema.format ? `, ${schema.format}` : '') + range;
}

/** The same question on the command line; long examples stand on lines of their own. */
export function curl(origin: string, route: Route): string {
  const path = route.path.replace(/\{(\w+)\}/g, (_, name: string) => String(route.parameters.find((one) => one.name === name)?.example ?? `{${name}}`));
  const query = route.parameters.filter((one) => one.in === 'query' && one.required && one.example !== undefined).map((one) => `${one.name}=${String(one.example)}`);
  const address = `'${origin}${path}${query.length > 0 ? `?${query.join('&')}` : ''}'`;
  const verb = route.method === 'GET' ? '' : route.method === 'POST' && route.request ? '' : ` -X ${route.method}`;
  if (!route.request) return `curl${verb} ${address}`;
  if (!route.request.type.includes('json')) return `curl --data-binary @FILE ${address}`;
  const data = route.request.example === null ? '@question.json' : `'${JSON.stringify(route.request.example)}'`;
  return `curl -H 'Content-Type: application/json' \\\n  -d ${data} \\\n  ${address}`;
}
