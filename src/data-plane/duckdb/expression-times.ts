// Owns parts of dates and instants in SQL.
import type { TimeOperator } from '../../pipeline/expressions/operators.ts';
import type { Rule } from './expression-rule.ts';
import { anyNullable } from './expression-rule.ts';

/** The part of a local TIMESTAMP or a DATE. CEL counts months, days of the month and of the year from 0. */
const part =
  (sql: (local: string) => string): Rule =>
  ([subject, zone]) => {
    // Reading a clock is the one thing the engine's zones are used for: local = offset at the instant.
    const local = zone ? `timezone(${zone.value}, timezone('UTC', ${subject!.value}))` : subject!.value;
    return { value: `CAST(${sql(local)} AS BIGINT)`, nullable: anyNullable([subject!]) };
  };

export const TIME_RULES: Readonly<Record<TimeOperator, Rule>> = {
  getFullYear: part((local) => `year(${local})`),
  getMonth: part((local) => `month(${local}) - 1`),
  getDate: part((local) => `day(${local})`),
  getDayOfMonth: part((local) => `day(${local}) - 1`),
  getDayOfWeek: part((local) => `dayofweek(${local})`),
  getDayOfYear: part((local) => `dayofyear(${local}) - 1`),
  getHours: part((local) => `hour(${local})`),
  getMinutes: part((local) => `minute(${local})`),
  getSeconds: part((local) => `second(${local})`),
  getMilliseconds: part((local) => `millisecond(${local}) % 1000`),
  epochSeconds: part((instant) => `epoch_us(date_trunc('second', ${instant})) // 1000000`),
};
