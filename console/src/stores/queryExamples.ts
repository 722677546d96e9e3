import type { EventDefinition, FieldType } from '../api/types.ts';

export interface QueryExample {
  readonly title: string;
  readonly sql: string;
}

/** A name as SQL. Always in quotes: some names of fields are words of SQL (`at`). */
const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** Questions to start from, about the fields that this store has. */
export function queryExamples(definition: EventDefinition | undefined): QueryExample[] {
  const time = quoted(definition?.eventTimeField ?? '_event_time');
  const first = (...types: FieldType[]) =>
    definition?.fields.find(
      ({ name, type }) => types.includes(type) && !definition.eventIdFields.includes(name),
    );
  const group = first('string', 'boolean');
  const amount = first('decimal', 'integer');
  const total = amount ? `sum(${quoted(amount.name)}) AS total` : 'count(*) AS total';
  return [
    {
      title: 'Events per day',
      sql: `SELECT CAST(${time} AS DATE) AS day, count(*) AS events\nFROM events\nGROUP BY day\nORDER BY day`,
    },
    ...(group
      ? [
          {
            title: `Totals by ${group.name}`,
            sql: `SELECT ${quoted(group.name)}, ${total}\nFROM events\nGROUP BY ALL\nORDER BY total DESC\nLIMIT 20`,
          },
        ]
      : []),
    {
      title: 'The latest arrivals',
      sql: `SELECT _ingest_sequence, *\nFROM events\nORDER BY _ingest_sequence DESC\nLIMIT 20`,
    },
  ];
}
