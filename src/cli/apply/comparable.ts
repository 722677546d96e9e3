// Owns bringing a configuration and the server's answer to one shape, so that only real differences remain:
// what the server adds (ids, counts, times) is left out, what a file may leave out is filled in.
import type { Configuration, Kind } from './documents.ts';

type Json = Readonly<Record<string, unknown>>;

const MEMBERS: Readonly<Record<Kind, readonly string[]>> = {
  EventDefinition: ['name', 'description', 'fields', 'eventIdFields', 'eventTimeField', 'timeZone'],
  EventStore: ['name', 'eventDefinition', 'timeZone', 'retentionDays'],
  Meter: ['name', 'description', 'type', 'nodes', 'source', 'quantityField', 'groupBy', 'window', 'usage'],
};

/** A configuration with the API's defaults filled in. */
export function comparableConfiguration({ kind, body }: Configuration): Json {
  return filled(kind, body);
}

/** The server's answer, without what a configuration cannot say and what this one leaves to the server. */
export function comparableAnswer({ kind, body }: Configuration, answer: unknown): Json {
  const { preset, ...members } = answer as Json;
  // A preset is compared in its short form; the graph it makes is the server's.
  const short = kind === 'Meter' && isObject(preset) ? { ...members, nodes: undefined, ...preset } : members;
  // A store without a zone of its own follows its definition.
  const left = kind === 'EventStore' && body['timeZone'] === undefined ? ['timeZone'] : [];
  const known = Object.entries(short).filter(
    ([name]) => MEMBERS[kind].includes(name) && !left.includes(name),
  );
  return filled(kind, Object.fromEntries(known));
}

function filled(kind: Kind, value: Json): Json {
  if (kind === 'EventDefinition') {
    return { timeZone: 'UTC', ...value, fields: listOf(value['fields']).map(filledField) };
  }
  if (kind === 'EventStore') return value;
  const { nodes, window } = value;
  return {
    ...value,
    ...(nodes === undefined ? {} : { nodes: listOf(nodes).map(filledNode) }),
    ...(isObject(window) ? { window: { count: 1, timeZone: 'UTC', ...window } } : {}),
  };
}

function filledField(field: unknown): unknown {
  if (!isObject(field)) return field;
  return { required: false, ...(field['type'] === 'decimal' ? { scale: 12 } : {}), ...field };
}

function filledNode(node: unknown): unknown {
  return isObject(node) ? { inputs: [], ...node } : node;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
