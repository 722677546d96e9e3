/**
 * Parses JSON without losing digits: a number that a double cannot hold becomes its text. (The API sends
 * integers, decimals and quantities as text already; this guards numbers inside `json` fields.)
 */
export function readJson(text: string): unknown {
  return JSON.parse(text, keepDigits);
}

function keepDigits(_key: string, value: unknown, context?: { source?: string }): unknown {
  const source = context?.source;
  if (typeof value !== 'number' || source === undefined || source.length <= 15) return value;
  return String(value) === source ? value : source;
}
