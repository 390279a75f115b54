/** Requests to every operation of an OpenAPI document. */
import { createValues, type Random, type Schema } from './values.ts';

interface Parameter {
  name: string;
  in: 'path' | 'query' | 'header';
  required?: boolean;
  schema: Schema;
}

interface Operation {
  operationId: string;
  parameters?: Parameter[];
  requestBody?: { content: Record<string, { schema: Schema }> };
}

export interface Document {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema> };
}

export interface FuzzRequest {
  operationId: string;
  method: string;
  path: string;
  headers: Record<string, string>;
  body: string | undefined;
}

/** Values of the fixture by the name of a parameter, such as `projectId`. */
type Known = Readonly<Record<string, unknown>>;

const oddHeaders: Record<string, readonly string[]> = {
  'if-none-match': ['*', '"x"', 'W/"x"', 'x'.repeat(5000)],
  'if-match': ['*', '"x"', ''],
  range: ['bytes=0-', 'bytes=5-1', 'bytes=-0', 'lines=1-2'],
  'idempotency-key': ['a', 'x'.repeat(300), 'a b'],
  'last-event-id': ['1', '-1', 'x', '99999999999999999999'],
  'guildhall-organization': ['x', '00000000-0000-4000-8000-000000000000'],
  'guildhall-user': ['x'],
  accept: ['text/html', '*/*;q=0'],
  'content-type': ['text/plain', 'application/json; charset=utf-16', 'multipart/form-data'],
  'content-encoding': ['gzip', 'br', 'nonsense'],
  authorization: ['Bearer x', 'Bearer guild_x', 'Basic eDp5'],
};

/** After one of these, most other requests would only be refused. */
const ending = new Set([
  ...['deleteProject', 'leaveOrganization', 'logout', 'transferOwnership', 'changePassword', 'resetPassword'],
  ...['deleteSchedule', 'deleteTrigger', 'removeToolServer', 'deleteModelProvider', 'switchAutonomy'],
]);

/** @returns a function that makes one request after another @param knownOf what exists at the moment */
export function createRequests({ paths, components }: Document, random: Random, knownOf: () => Known) {
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), ...operation })),
  );
  const resolve = (ref: string): Schema => components.schemas[ref.replace('#/components/schemas/', '')] ?? {};
  const texts = (): string[] => Object.values(knownOf()).filter((value): value is string => typeof value === 'string' && value !== '');
  const makeValue = createValues(random, resolve, texts);

  function parameter({ name, schema }: Parameter): string {
    const existing = knownOf()[name];
    if (typeof existing === 'string' && random.chance(0.8)) return existing;
    const value = makeValue(schema);
    return typeof value === 'string' ? value : JSON.stringify(value);
  }

  function bodyOf({ requestBody }: Operation): { type: string; body: string } | undefined {
    if (!requestBody) return undefined;
    const [type = '', content] = random.pick(Object.entries(requestBody.content)) ?? [];
    if (type !== 'application/json')
      return { type: type.replace('*/*', 'application/octet-stream'), body: String(makeValue({ type: 'string' })) };
    const text = JSON.stringify(makeValue(content?.schema ?? {})) ?? 'null';
    return { type, body: random.chance(0.02) ? text.slice(0, -1) : text };
  }

  function headersOf(type: string | undefined): Record<string, string> {
    const headers: Record<string, string> = type ? { 'content-type': type } : {};
    if (random.chance(0.15)) {
      const name = random.pick(Object.keys(oddHeaders));
      headers[name] = random.pick(oddHeaders[name] ?? ['']);
    }
    return headers;
  }

  return function next(): FuzzRequest {
    let operation = random.pick(operations);
    while (ending.has(operation.operationId) && !random.chance(0.02)) operation = random.pick(operations);
    const parameters = operation.parameters ?? [];
    const given = parameters.filter(({ required, in: place }) => place !== 'header' && (required || random.chance(0.4)));
    const values = new Map(given.map((each) => [each.name, parameter(each)]));
    const path = operation.path.replace(/\{(\w+)\}/g, (_, name: string) => encode(values.get(name) ?? 'x'));
    const query = given.filter((each) => each.in === 'query').map(({ name }) => `${encode(name)}=${encode(values.get(name) ?? '')}`);
    if (random.chance(0.02)) query.push('surprise=1');
    const sent = bodyOf(operation);
    const { operationId, method } = operation;
    return {
      operationId,
      method,
      path: query.length > 0 ? `${path}?${query.join('&')}` : path,
      headers: headersOf(sent?.type),
      body: sent?.body,
    };
  };
}

/** Lone surrogates cannot be encoded. An empty part of a path would name another address. */
const encode = (text: string): string => encodeURIComponent(text.toWellFormed()) || '%20';
