// Owns CEL (Common Expression Language): from source text to the expression tree. The library parses; types
// are checked while the tree is built, because scales, exact literals and null are ours and not CEL's.
import { Environment, ParseError, type ASTNode } from '@marcbachmann/cel-js';
import { DECIMAL_SCALE_MAX } from '../../definitions/types.ts';
import type { Problem } from '../../errors.ts';
import type { PlanField } from '../plan.ts';
import { GLOBAL_FUNCTIONS, RECEIVER_FUNCTIONS } from './cel-functions.ts';
import { booleanLiteral, decimalLiteral, integerLiteral, nullLiteral, textLiteral } from './literals.ts';
import type { ComparisonOperator } from './operators.ts';
import { ExpressionError, typeError, type ExpressionProblemCode } from './problem.ts';
import {
  and,
  arithmetic,
  conditional,
  equality,
  membership,
  not,
  or,
  ordering,
  sameNumber,
  scaleOf,
} from './rules.ts';
import type { Expression } from './types.ts';

/** Longest source, in characters. */
export const EXPRESSION_LENGTH_MAX = 8000;
/** Deepest nesting; chains of && and || count as one level. */
export const EXPRESSION_DEPTH_MAX = 40;
/**
 * Most operators that compute beyond the engine's own numbers: /, %, round, and products of more than 18
 * decimals. Each is some 3 kB of SQL; planning 32 of them in a row takes a second, 60 several.
 */
export const EXACT_OPERATORS_MAX = 32;

/** The name by which an expression calls its row: a bare `bytes` or `int` would be a type of CEL. */
const ROW = 'event';

export type Compiled = { readonly expression: Expression } | { readonly problems: readonly Problem[] };

const environment = new Environment({ limits: { maxAstNodes: 4000, maxDepth: 120 } });

/**
 * Compiles an expression over the fields `event.name` or `event["odd name"]`. Gives the typed tree, or every
 * problem found, each with its line and column in the message.
 */
export function compileCel(source: string, fields: readonly PlanField[]): Compiled {
  if (source.length > EXPRESSION_LENGTH_MAX) {
    const message = `an expression has at most ${EXPRESSION_LENGTH_MAX} characters, this one has ${source.length}`;
    return { problems: [{ pointer: '', code: 'EXPRESSION_TOO_LARGE', message }] };
  }
  const parsed = parse(source);
  if ('problems' in parsed) return parsed;
  const builder = new TreeBuilder(source, fields);
  const expression = builder.build(parsed.ast, 1);
  if (!expression || builder.problems.length > 0) return { problems: builder.problems };
  const exact = exactOperators(expression);
  if (exact <= EXACT_OPERATORS_MAX) return { expression };
  const message = `an expression has at most ${EXACT_OPERATORS_MAX} divisions, roundings and long products, this one has ${exact}`;
  return { problems: [{ pointer: '', code: 'EXPRESSION_TOO_LARGE', message }] };
}

function exactOperators(expression: Expression): number {
  if (expression.node !== 'call') return 0;
  const { operator, arguments: operands } = expression;
  const digits = operands.reduce((sum, operand) => sum + scaleOf(operand), 0);
  const isExact =
    ['divide', 'remainder', 'round'].includes(operator) ||
    (operator === 'multiply' && digits > DECIMAL_SCALE_MAX);
  return operands.reduce((sum, operand) => sum + exactOperators(operand), isExact ? 1 : 0);
}

function parse(source: string): { readonly ast: ASTNode } | { readonly problems: readonly Problem[] } {
  try {
    return { ast: environment.parse(source).ast };
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    const code = error.code === 'limit_exceeded' ? 'EXPRESSION_TOO_LARGE' : 'EXPRESSION_SYNTAX';
    return { problems: [problemAt(source, error.range?.start ?? 0, code, error.summary)] };
  }
}

function problemAt(source: string, position: number, code: ExpressionProblemCode, message: string): Problem {
  const before = source.slice(0, position).split('\n');
  const place = `line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`;
  return { pointer: '', code, message: `${message} (${place})` };
}

const ORDERINGS: Readonly<Record<string, Extract<ComparisonOperator, `${'less' | 'greater'}${string}`>>> = {
  '<': 'less',
  '<=': 'lessOrEqual',
  '>': 'greater',
  '>=': 'greaterOrEqual',
};

/** Walks the library's tree. A part with a problem is undefined, and so is all around it; the walk goes on. */
class TreeBuilder {
  readonly problems: Problem[] = [];
  private readonly source: string;
  private readonly fields: ReadonlyMap<string, PlanField>;

  constructor(source: string, fields: readonly PlanField[]) {
    this.source = source;
    this.fields = new Map(fields.map((field) => [field.name, field]));
  }

  build(node: ASTNode, depth: number): Expression | undefined {
    try {
      if (depth > EXPRESSION_DEPTH_MAX) {
        const message = `an expression is nested at most ${EXPRESSION_DEPTH_MAX} deep`;
        throw new ExpressionError('EXPRESSION_TOO_LARGE', message);
      }
      return this.expressionOf(node, depth);
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
      this.problems.push(problemAt(this.source, node.pos, error.code, error.message));
      return undefined;
    }
  }

  private expressionOf(node: ASTNode, depth: number): Expression | undefined {
    const binary = (rule: (left: Expression, right: Expression) => Expression, args: [ASTNode, ASTNode]) =>
      this.apply(args, depth, ([left, right]) => rule(left!, right!));
    switch (node.op) {
      case 'value':
        return this.constant(node, false);
      case '.':
      case '[]':
        return this.field(node);
      case '+':
        return binary((left, right) => arithmetic('add', left, right), node.args);
      case '-':
        return binary((left, right) => arithmetic('subtract', left, right), node.args);
      case '*':
        return binary((left, right) => arithmetic('multiply', left, right), node.args);
      case '/':
        return binary((left, right) => arithmetic('divide', left, right), node.args);
      case '%':
        return binary((left, right) => arithmetic('remainder', left, right), node.args);
      case '==':
        return binary((left, right) => equality('equal', left, right), node.args);
      case '!=':
        return binary((left, right) => equality('notEqual', left, right), node.args);
      case '<':
      case '<=':
      case '>':
      case '>=':
        return binary((left, right) => ordering(ORDERINGS[node.op]!, left, right), node.args);
      case '&&':
      case '||':
        return this.apply(chain(node, node.op), depth, node.op === '&&' ? and : or);
      case '!_':
        return this.apply([node.args], depth, ([operand]) => not(operand!));
      case '-_':
        return this.negation(node.args, depth);
      case '?:':
        return this.apply(node.args, depth, ([condition, then, otherwise]) =>
          conditional(condition!, then!, otherwise!),
        );
      case 'in':
        return this.membership(node.args, depth);
      case 'call':
        return this.call(GLOBAL_FUNCTIONS, node.args[0], node.args[1], depth);
      case 'rcall':
        return this.call(RECEIVER_FUNCTIONS, node.args[0], [node.args[1], ...node.args[2]], depth);
      case 'id':
        throw new ExpressionError(
          'EXPRESSION_UNKNOWN_FIELD',
          `${node.args} is not known; a field is written ${ROW}.${node.args}`,
        );
      case 'list':
        throw typeError('a list stands only after in');
      case 'map':
      case '.?':
      case '[?]':
        throw typeError('maps and optional values are not supported');
    }
  }

  /** Builds all operands, so that each reports its problems, and then the operator. */
  private apply(
    operands: readonly ASTNode[],
    depth: number,
    rule: (operands: readonly Expression[]) => Expression,
  ): Expression | undefined {
    const built = operands.map((operand) => this.build(operand, depth + 1));
    return built.every((operand) => operand !== undefined) ? rule(built) : undefined;
  }

  /** Numbers are read from the source: the library holds them as floats. */
  private constant(node: ASTNode & { op: 'value' }, negative: boolean): Expression {
    const value = node.args;
    if (typeof value === 'bigint') return integerLiteral(this.source.slice(node.start, node.end), negative);
    if (typeof value === 'number') return decimalLiteral(this.source.slice(node.start, node.end), negative);
    if (typeof value === 'string') return textLiteral(value);
    if (typeof value === 'boolean') return booleanLiteral(value);
    if (value === null) return nullLiteral();
    throw typeError('unsigned and bytes constants are not supported');
  }

  /** The smallest integer is written as the negation of a constant that is itself too large. */
  private negation(operand: ASTNode, depth: number): Expression | undefined {
    const isNumeric = operand.op === 'value' && ['bigint', 'number'].includes(typeof operand.args);
    if (isNumeric) return this.constant(operand, true);
    return this.apply([operand], depth, ([built]) => sameNumber('negate', built!));
  }

  private field(node: ASTNode & { op: '.' | '[]' }): Expression {
    const [row, key] = node.args;
    const name = typeof key === 'string' ? key : key.op === 'value' ? key.args : undefined;
    if (row.op !== 'id' || row.args !== ROW || typeof name !== 'string') {
      throw typeError(`a field is written ${ROW}.name or ${ROW}["name"]; values have no fields of their own`);
    }
    const field = this.fields.get(name);
    if (!field) throw new ExpressionError('EXPRESSION_UNKNOWN_FIELD', `there is no field ${name}`);
    const { type, scale } = field;
    return { node: 'field', name, type: scale === undefined ? { type } : { type, scale } };
  }

  private membership([value, list]: [ASTNode, ASTNode], depth: number): Expression | undefined {
    if (list.op !== 'list') throw typeError('in takes a list, such as ["a", "b"]');
    return this.apply([value, ...list.args], depth, ([subject, ...items]) => membership(subject!, items));
  }

  private call(
    functions: typeof GLOBAL_FUNCTIONS,
    name: string,
    operands: readonly ASTNode[],
    depth: number,
  ): Expression | undefined {
    const known = functions.get(name);
    if (!known) throw typeError(`there is no function ${name} here`);
    if (operands.length < known.least || operands.length > known.most) {
      throw typeError(`${name} does not take ${operands.length} values`);
    }
    return this.apply(operands, depth, known.build);
  }
}

/** The operands of a chain of one logical operator, in order. */
function chain(node: ASTNode, op: '&&' | '||'): ASTNode[] {
  const operands: ASTNode[] = [];
  let rest = node;
  while (rest.op === op) {
    operands.unshift(rest.args[1]);
    rest = rest.args[0];
  }
  return [rest, ...operands];
}
