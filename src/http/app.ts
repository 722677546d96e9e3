// Owns the router: every request is authorised, validated, handled and answered here, in this order.
import { Hono } from 'hono';
import type { Context } from 'hono';
import type { IncomingMessage } from 'node:http';
import { methodNotAllowed } from 'hono/method-not-allowed';
import { WeirError, throwIfProblems } from '../errors.ts';
import type { Actor } from '../control-plane/port.ts';
import { roleAllows } from '../security/roles.ts';
import type { Services } from '../services.ts';
import { Reply, StreamAnswer, streamResponse } from './answers.ts';
import { JSON_BODY_BYTES_MAX, bodyBytes, incomingBody, mediaTypeOf, readJson } from './body.ts';
import { BodySource } from './body-source.ts';
import type { Endpoint } from './endpoint.ts';
import { problem, problemOf } from './problems.ts';
import { toJson } from './raw-json.ts';
import { checkInput } from './validation.ts';

/** What the listener knows of a request that came through a socket. */
interface RequestEnvironment {
  readonly incoming?: IncomingMessage;
}

const NOBODY: Actor = { id: 'anonymous', name: 'anonymous' };

/** Who calls; throws 401 without a valid key and 403 when its role is too low. */
function authorise(endpoint: Endpoint, headers: Headers, services: Services): Actor {
  if (endpoint.role === 'public') return NOBODY;
  const key = /^bearer +(.+)$/iu.exec(headers.get('authorization')?.trim() ?? '')?.[1];
  const caller = key === undefined ? undefined : services.apiKeys.authenticate(key);
  if (!caller) {
    throw new WeirError('unauthorised', 'UNAUTHORISED', 'Send a valid key: Authorization: Bearer KEY.');
  }
  if (!roleAllows(caller.role, endpoint.role)) {
    const detail = `This needs a key with role ${endpoint.role}; '${caller.actor.name}' has ${caller.role}.`;
    throw new WeirError('forbidden', 'FORBIDDEN', detail);
  }
  return caller.actor;
}

/** Query parameters as an object; each may be given once. */
function queryOf(url: URL): Record<string, string> {
  const names = [...url.searchParams.keys()];
  const repeated = new Set(names.filter((name, at) => names.indexOf(name) !== at));
  throwIfProblems(
    [...repeated].map((name) => ({
      pointer: `/query/${name}`,
      code: 'QUERY_REPEATED',
      message: `'${name}' may be given once.`,
    })),
    'REQUEST_INVALID',
    'The query is not valid.',
  );
  return Object.fromEntries(url.searchParams);
}

async function jsonBody(headers: Headers, source: BodySource): Promise<unknown> {
  const type = mediaTypeOf(headers.get('content-type') ?? undefined);
  if (type !== '' && type !== 'application/json' && !type.endsWith('+json')) {
    throw new WeirError(
      'unsupported',
      'CONTENT_TYPE_UNSUPPORTED',
      `Content-Type must be application/json, not '${type}'.`,
    );
  }
  return readJson(bodyBytes(headers, source, JSON_BODY_BYTES_MAX));
}

/** Path, query and body after their schemas; all problems of the three at once. */
async function readInput(endpoint: Endpoint, context: Context, url: URL, source: BodySource) {
  const { body } = endpoint;
  const { headers } = context.req.raw;
  const raw = body && 'kind' in body ? incomingBody(headers, source, body) : undefined;
  const schema = body && !('kind' in body) ? body : undefined;
  const params = endpoint.params ? checkInput(endpoint.params, context.req.param(), '/path') : undefined;
  const query = endpoint.query ? checkInput(endpoint.query, queryOf(url), '/query') : undefined;
  const json = schema ? checkInput(schema, await jsonBody(headers, source)) : undefined;
  const problems = [params, query, json].flatMap((checked) => checked?.problems ?? []);
  throwIfProblems(problems, 'REQUEST_INVALID', 'The request is not valid; see errors.');
  return { params: params?.value, query: query?.value, body: raw ?? json?.value };
}

const firstStatus = (endpoint: Endpoint): number => Number(Object.keys(endpoint.answers)[0] ?? 200);

/** Throws when an answer is not what its endpoint declares; on in tests, so that OpenAPI stays true. */
function checkAnswer(endpoint: Endpoint, status: number, value: unknown): void {
  const declared = endpoint.answers[status];
  if (declared === undefined)
    throw new Error(`${endpoint.method} ${endpoint.path} does not declare ${status}`);
  if (declared === null || 'kind' in declared) return;
  const { problems } = checkInput(declared, value);
  const [first] = problems;
  if (first)
    throw new Error(`${endpoint.method} ${endpoint.path} answers ${first.pointer}: ${first.message}`);
}

async function present(endpoint: Endpoint, answer: unknown, checked: boolean): Promise<Response> {
  const status = answer instanceof Reply ? answer.status : firstStatus(endpoint);
  const value: unknown = answer instanceof Reply ? answer.value : answer;
  const headers = answer instanceof Reply ? answer.headers : {};
  if (value instanceof StreamAnswer) return streamResponse(status, value);
  if (checked) checkAnswer(endpoint, status, value);
  if (value === undefined) return new Response(null, { status, headers });
  return new Response(toJson(value), {
    status,
    headers: { ...headers, 'content-type': 'application/json' },
  });
}

async function serve(
  endpoint: Endpoint,
  context: Context,
  services: Services,
  checkAnswers: boolean,
): Promise<Response> {
  const { raw } = context.req;
  const { headers } = raw;
  const actor = authorise(endpoint, headers, services);
  const url = new URL(context.req.url);
  const incoming = (context.env as RequestEnvironment | undefined)?.incoming;
  const source = incoming ? BodySource.ofSocket(incoming) : BodySource.ofStream(raw.body);
  // Asking for the signal makes a whole request of the web's kind, which few endpoints need.
  const call = {
    actor,
    headers,
    url,
    get signal() {
      return raw.signal;
    },
  };
  try {
    const input = await readInput(endpoint, context, url, source);
    const answer = await endpoint.handle(Object.assign(call, input), services);
    // The router answers HEAD from GET and drops the body: then no stream may begin that nobody ends.
    if (context.req.method === 'HEAD' && answer instanceof StreamAnswer) return answer.withoutBody();
    return await present(endpoint, answer, checkAnswers);
  } finally {
    await source.discardRest();
  }
}

/** `/a/{b}` sorts after `/a/c`, so that a fixed path is never taken for a parameter. */
const byPath = (left: Endpoint, right: Endpoint): number => {
  const [a, b] = [left.path.replaceAll('{', '~'), right.path.replaceAll('{', '~')];
  return a < b ? -1 : Number(a > b);
};

const setHeaders = (response: Response): void => {
  response.headers.set('x-content-type-options', 'nosniff');
  response.headers.set('referrer-policy', 'no-referrer');
  if (!response.headers.has('cache-control')) response.headers.set('cache-control', 'no-store');
};

export interface AppOptions {
  readonly endpoints: readonly Endpoint[];
  readonly services: Services;
  /** Checks every JSON answer against its declared schema. */
  readonly checkAnswers?: boolean;
  /** What a browser gets at an address that is no call and no file. */
  readonly fallbackPage?: (request: Request) => Response | undefined;
}

/** The application of these endpoints; `app.request()` works without a socket. */
export function createApp({ endpoints, services, checkAnswers = false, fallbackPage }: AppOptions): Hono {
  const app = new Hono();
  app.use(async (context, next) => {
    await next();
    setHeaders(context.res);
  });
  app.use(methodNotAllowed({ app, onMethodNotAllowed: notAllowed }));
  for (const endpoint of endpoints.toSorted(byPath)) {
    app.on(endpoint.method, endpoint.path.replaceAll(/\{(\w+)\}/gu, ':$1'), (context) =>
      serve(endpoint, context, services, checkAnswers),
    );
  }
  app.onError((error) => problemOf(error, services.log));
  app.notFound(
    (context) =>
      fallbackPage?.(context.req.raw) ??
      problem({ status: 404, code: 'NOT_FOUND', detail: `There is nothing at ${context.req.path}.` }),
  );
  return app;
}

const notAllowed = (context: Context, methods: string[]): Response =>
  problem({
    status: 405,
    code: 'METHOD_NOT_ALLOWED',
    detail: `${context.req.method} is not possible here; ${methods.join(', ')} are.`,
    headers: { allow: methods.join(', ') },
  });
