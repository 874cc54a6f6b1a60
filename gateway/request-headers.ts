import type { IncomingMessage } from 'node:http';

/** A header as one text; undefined when it is missing. Node joins repeated ones, so none hides behind another. */
export function headerOf(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value.join(', ') : value;
}

/** Whether the caller wants a stream of events: it says so by name, since `*` is in every browser's list. */
export function acceptsStream(request: IncomingMessage): boolean {
  return accepts(request, 'text/event-stream');
}

/** Whether the caller knows the media type that GraphQL has for results; everyone else gets plain JSON. */
export function acceptsResult(request: IncomingMessage): boolean {
  return accepts(request, 'application/graphql-response+json');
}

/** Whether a browser is asking for a page. */
export function acceptsPage(request: IncomingMessage): boolean {
  return accepts(request, 'text/html');
}

function accepts(request: IncomingMessage, type: string): boolean {
  return (request.headers.accept ?? '').split(',').some((part) => part.trim().split(';', 1)[0]?.trim().toLowerCase() === type);
}
