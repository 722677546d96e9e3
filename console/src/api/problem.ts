/** One finding about a request, at a JSON pointer of its body (or a place such as `/rows/3/amount`). */
export interface Finding {
  readonly pointer: string;
  readonly code: string;
  readonly message: string;
}

/** An answer other than 2xx: `application/problem+json`, or what could be made of it. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';
  readonly status: number;
  readonly code: string;
  readonly findings: readonly Finding[];

  constructor(status: number, code: string, detail: string, findings: readonly Finding[] = []) {
    super(detail);
    this.status = status;
    this.code = code;
    this.findings = findings;
  }
}

/** Messages of an error whose pointer is `pointer` or below it, but not at or below one of `except`. */
export function findingsAt(error: unknown, pointer: string, except: readonly string[] = []): string[] {
  if (!(error instanceof ApiProblem)) return [];
  return error.findings
    .filter((finding) => isAt(finding, pointer) && !except.some((other) => isAt(finding, other)))
    .map((finding) => finding.message);
}

export function isAt(finding: Finding, pointer: string): boolean {
  return finding.pointer === pointer || finding.pointer.startsWith(`${pointer}/`);
}

/** Reads a failed answer; a body that is not a problem document still gives its status and text. */
export function problemFrom(status: number, body: unknown, fallback: string): ApiProblem {
  if (typeof body !== 'object' || body === null) return new ApiProblem(status, `HTTP_${status}`, fallback);
  const { code, detail, title, errors } = body as Record<string, unknown>;
  return new ApiProblem(
    status,
    typeof code === 'string' ? code : `HTTP_${status}`,
    typeof detail === 'string' ? detail : typeof title === 'string' ? title : fallback,
    Array.isArray(errors) ? errors.flatMap(findingFrom) : [],
  );
}

function findingFrom(entry: unknown): Finding[] {
  if (typeof entry !== 'object' || entry === null) return [];
  const { pointer, code, message } = entry as Record<string, unknown>;
  return [{ pointer: textOf(pointer), code: textOf(code), message: textOf(message) }];
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
