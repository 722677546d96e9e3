import type { MeterNode } from '../api/types.ts';

type Config = MeterNode['config'];

/** One line that says what a component does, from its config; the whole config is in its drawer. */
export function nodeSummary({ operator, config }: MeterNode): string {
  switch (operator) {
    case 'event-store':
      return text(config['store']);
    case 'upload':
    case 'streaming-api':
      return text(config['eventDefinition']);
    case 'filter':
      return typeof config['expression'] === 'string' ? config['expression'] : conditions(config);
    case 'map':
      return list(config['fields']).map(nameOf).join(', ');
    case 'aggregate':
      return [list(config['functions']).map(call).join(', '), windowText(config['window'])]
        .filter(Boolean)
        .join(' per ');
    case 'usage-records':
      return [config['quantity'], config['unitOfMeasure']].map(binding).filter(Boolean).join(' in ');
    default:
      return '';
  }
}

/** `groupBy` of an aggregate, in words. */
export function groupText({ config }: MeterNode): string {
  const fields = list(config['groupBy']).map(text).filter(Boolean);
  return fields.length === 0 ? '' : `by ${fields.join(', ')}`;
}

function conditions(config: Config): string {
  const [joined, word] = Array.isArray(config['any']) ? [config['any'], ' or '] : [config['all'], ' and '];
  return list(joined)
    .map((entry) => {
      const { field, op, value } = record(entry);
      return field === undefined ? '(…)' : [text(field), text(op), text(value)].filter(Boolean).join(' ');
    })
    .join(word);
}

function call(entry: unknown): string {
  const { function: name, field } = record(entry);
  return field === undefined ? text(name) : `${text(name)} of ${text(field)}`;
}

function windowText(value: unknown): string {
  const { unit, count } = record(value);
  return typeof count === 'number' && count > 1 ? `${count} ${text(unit)}s` : text(unit);
}

function binding(value: unknown): string {
  const { field, constant } = record(value);
  return text(field ?? constant);
}

const nameOf = (entry: unknown): string => text(record(entry)['name']);
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const record = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};

function text(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value === undefined || value === null) return '';
  return JSON.stringify(value);
}
