/** The page a browser gets at the graph's address: GraphiQL without a network, the operations front ends send, and somebody to try them as. */
import { readFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import type { Handle, Routes } from '../server.ts';
import { contractOperations } from './operations.ts';

/** Everything from this origin, nothing evaluated. Only styles may stand in elements: the editor positions its lines that way. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "worker-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "font-src 'self' data:",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const ownFile = (name: string) => readFileSync(new URL(name, import.meta.url), 'utf8');

/** Answers the page itself. */
export const consolePage: Handle = (_request, response) => send(response, 'text/html', ownFile('page.html'));

/** What the page loads. GraphiQL comes built and whole from its package, which is read when the first browser asks. */
export const consoleRoutes: Routes = {
  'GET /console/console.js': (_request, response) => send(response, 'text/javascript', ownFile('page.js')),
  'GET /console/console.css': (_request, response) => send(response, 'text/css', ownFile('page.css')),
  'GET /console/operations.json': (_request, response) => send(response, 'application/json', JSON.stringify(contractOperations())),
  'GET /console/graphiql.js': built('js', 'text/javascript'),
  'GET /console/graphiql.css': built('css', 'text/css'),
  'GET /console/editor-worker.js': built('editorWorkerService', 'text/javascript'),
  'GET /console/json-worker.js': built('jsonWorker', 'text/javascript'),
  'GET /console/graphql-worker.js': built('graphqlWorker', 'text/javascript'),
};

function built(part: 'js' | 'css' | 'editorWorkerService' | 'jsonWorker' | 'graphqlWorker', type: string): Handle {
  return async (_request, response) => {
    const graphiql = await import('@graphql-yoga/render-graphiql/graphiql');
    send(response, type, graphiql[part], 'private, max-age=86400');
  };
}

function send(response: ServerResponse, type: string, text: string, cache = 'no-store'): void {
  response.setHeader('content-security-policy', policy);
  response.writeHead(200, { 'content-type': `${type}; charset=utf-8`, 'cache-control': cache, 'content-length': Buffer.byteLength(text) });
  response.end(text);
}
