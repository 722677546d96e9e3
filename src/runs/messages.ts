/** What the codes of rejected rows mean, for people. docs/reference/errors.md lists them. */
const MESSAGES: Readonly<Record<string, string>> = {
  EXPRESSION_OVERFLOW: 'a result does not fit its type',
  DIVISION_BY_ZERO: 'an expression divides by zero',
  CAST_FAILED: 'a value cannot be cast to the type of its field',
  QUANTITY_OVERFLOW: 'a sum or quantity does not fit 38 digits, 20 of them before the point',
  USAGE_QUANTITY_MISSING: 'the quantity has no value',
  USAGE_ACCOUNT_MISSING: 'the account number has no value',
  USAGE_UNIT_MISSING: 'the unit of measure has no value',
  USAGE_PERIOD_INVALID: 'the period ends before it starts',
  USAGE_KEY_NOT_UNIQUE: 'another row of the same evaluation has the same unique key; both are rejected',
  EVENT_ID_NOT_UNIQUE: 'another row of the same evaluation has the same event id; both are rejected',
  EVENT_ID_MISSING: 'a field of the event id has no value',
  EVENT_INVALID: 'a required field has no value',
  EVENT_OWNED_BY_OTHER: 'the event id is held by another owner with other content',
};

/** A sentence for a code; the code itself where there is none. */
export const messageOf = (code: string): string => MESSAGES[code] ?? code;
