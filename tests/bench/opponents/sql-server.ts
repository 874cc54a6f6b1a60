import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import pg from 'pg';
import type { Workload } from '../workloads/workload.ts';

/** What it is told, as JSON in its environment: the owner's address, and the statements by name of workload. */
export interface SqlTold {
  readonly ownerUrl: string;
  readonly statements: Readonly<Record<string, NonNullable<Workload['sql']>>>;
}

/** One hand-written statement behind `node:http`: no token, no permission, no record of who read, which is what it is fast by. */
const told = JSON.parse(process.env['BENCH_SQL'] ?? '{}') as SqlTold;
const pool = new pg.Pool({ connectionString: told.ownerUrl, max: 8 });
const server = createServer((request, response) => {
  const name = (request.url ?? '').slice(1);
  const { text = '', values = [] } = told.statements[name] ?? {};
  request.resume();
  pool.query<{ data: string }>({ name, text, values: [...values] }).then(
    ({ rows }) => response.writeHead(200, { 'content-type': 'application/json' }).end(`{"data":${rows[0]?.data}}`),
    (error: Error) => response.writeHead(500).end(error.message),
  );
});
server.listen(0, '127.0.0.1', () => console.log(JSON.stringify({ graphql: `http://127.0.0.1:${(server.address() as AddressInfo).port}` })));
process.on('SIGTERM', () => process.exit(0));
