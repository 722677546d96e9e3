// Owns the findings of compiling an expression.

export type ExpressionProblemCode =
  | 'EXPRESSION_SYNTAX'
  | 'EXPRESSION_UNKNOWN_FIELD'
  | 'EXPRESSION_TYPE'
  | 'EXPRESSION_TOO_LARGE'
  | 'EXPRESSION_REGEXP';

/** Thrown by the rules of an operator; the compilers catch it and add where it was. */
export class ExpressionError extends Error {
  override readonly name = 'ExpressionError';
  readonly code: ExpressionProblemCode;

  constructor(code: ExpressionProblemCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** A failed type rule. */
export const typeError = (message: string): ExpressionError =>
  new ExpressionError('EXPRESSION_TYPE', message);
