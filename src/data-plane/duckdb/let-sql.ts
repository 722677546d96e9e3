// Owns naming a value inside one SQL expression. The engine has no `let`, and repeating the text of a nested
// operand grows the statement exponentially; a lambda over a list of one value costs 20 to 40 ns per row.

/** Columns, bound values and names given by `letSql` are short and cheap enough to be repeated. */
export const isAtom = (sql: string): boolean => /^[\w.$"]+$|^CAST\(\$\d+ AS [\w(),]+\)$/.test(sql);

/** `body` with the value under a short name. The name must differ from those that the body's callers gave. */
export function letSql(name: string, value: string, body: (named: string) => string): string {
  if (isAtom(value)) return body(value);
  return `list_transform([${value}], lambda ${name}: ${body(name)})[1]`;
}
