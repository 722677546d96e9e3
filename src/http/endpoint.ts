// Owns what an endpoint is: one definition gives routing, authorisation, validation and OpenAPI.
import type { z } from 'zod';
import type { Actor } from '../control-plane/port.ts';
import type { Role } from '../security/roles.ts';
import type { Services } from '../services.ts';
import type { AnswerOf, Answers } from './answers.ts';
import type { IncomingBody, RawBody } from './body.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

export interface EndpointRequest<P, Q, B> {
  readonly params: P;
  readonly query: Q;
  readonly body: B;
  readonly actor: Actor;
  readonly headers: Headers;
  /** Aborted when the caller goes away. */
  readonly signal: AbortSignal;
  /** The address the caller used, for links in answers. */
  readonly url: URL;
}

type BodySpec = z.ZodType | RawBody;
type BodyOf<B> = B extends RawBody ? IncomingBody : B extends z.ZodType ? z.output<B> : undefined;
type OutputOf<S> = S extends z.ZodType ? z.output<S> : undefined;

interface EndpointFacts {
  readonly method: Method;
  /** With parameters in braces: `/v1/event-stores/{id}`. */
  readonly path: string;
  /** What a key needs; `public` is open without one. */
  readonly role: Role | 'public';
  readonly summary: string;
  readonly description?: string;
  readonly tags: readonly string[];
}

/** `params` and `query` are objects (strict ones refuse what they do not know); `body` is JSON or raw. */
export interface EndpointSpec<P, Q, B, A extends Answers> extends EndpointFacts {
  readonly params?: P;
  readonly query?: Q;
  readonly body?: B;
  readonly answers: A;
  readonly handle: (
    request: EndpointRequest<OutputOf<P>, OutputOf<Q>, BodyOf<B>>,
    weir: Services,
  ) => AnswerOf<A> | Promise<AnswerOf<A>>;
}

/** An endpoint of any types; what the router and the OpenAPI document work with. */
export interface Endpoint extends EndpointFacts {
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly body?: BodySpec;
  readonly answers: Answers;
  readonly handle: (request: EndpointRequest<unknown, unknown, unknown>, weir: Services) => unknown;
}

/** Declares an endpoint; the types of request and answer follow from the schemas. */
export function endpoint<
  const A extends Answers,
  P extends z.ZodObject | undefined = undefined,
  Q extends z.ZodObject | undefined = undefined,
  B extends BodySpec | undefined = undefined,
>(spec: EndpointSpec<P, Q, B, A>): Endpoint {
  return spec as unknown as Endpoint;
}
