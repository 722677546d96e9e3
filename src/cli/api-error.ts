// Owns how a problem+json answer becomes a readable failure.
import { CliError } from './cli-error.ts';

/** An answer of the server other than success. */
export class ApiError extends CliError {
  override readonly name = 'ApiError';
  readonly status: number;

  constructor(status: number, message: string, code: string | undefined, details: readonly string[]) {
    super(message, { details, ...(code === undefined ? {} : { code }) });
    this.status = status;
  }
}

/** Reads the answer's problem; an answer that is none (a proxy's page, say) is quoted in short. */
export async function apiErrorOf(response: Response): Promise<ApiError> {
  const text = await response.text();
  // Loaded here, so that commands that succeed start without a schema library (80 ms).
  const { problemSchema } = await import('./problem-schema.ts');
  const problem = problemSchema.safeParse(parsedOrText(text));
  if (!problem.success) {
    const quoted = text.trim().slice(0, 200);
    return new ApiError(response.status, `the server answered ${response.status}: ${quoted}`, undefined, []);
  }
  const { code, detail, title, errors = [] } = problem.data;
  const message = detail ?? title ?? `the server answered ${response.status}`;
  // A single finding often repeats the message: then only its place is news.
  const details = errors
    .map((error) => [
      error.pointer,
      error.code === code ? '' : error.code,
      error.message === message ? '' : error.message,
    ])
    .map((parts) => parts.filter((part) => part !== undefined && part !== '').join('  '))
    .filter((detail) => detail !== '');
  const hint =
    response.status === 401 ? ['the command line takes it from WEIR_API_KEY, WEIR_ADMIN_KEY or --key'] : [];
  return new ApiError(response.status, message, code, [...details, ...hint]);
}

function parsedOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
