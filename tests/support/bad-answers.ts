import { MARK, type Spoilt } from './bad-values.ts';
import type { WireReply } from './open-door.ts';

/** What no answer may tell: a fault of ours, where our code stands, what the database is asked, or the text that was sent. */
const leaks = new RegExp(
  `INTERNAL_SERVER_ERROR|Internal error|prisma|/work|node_modules|\\.ts\\b|SELECT |INSERT |constraint|relation "|127\\.0\\.0\\.1|http://|${MARK}`,
  'i',
);

/** The names in a path by which an answer can name it: without the indexes, and without the root when there is more. */
function partsOf(path: string): string[] {
  const [root = '', ...inside] = path.split('.').filter((part) => !/^\d+$/.test(part));
  // An intake is for one service: which of the two is wrong, nobody can say.
  if (inside[0] === 'service') return ['service', 'intakeId'];
  return inside.length > 0 ? inside : [root];
}

/** Why an answer to spoilt input is not what it must be; null when it is. */
export function problemOf(reply: WireReply, field: string, wrong: Spoilt): string | null {
  const said = `${reply.status} ${reply.text.slice(0, 400)}`;
  const names = (text: string) => wrong.what === 'a deep nest' || partsOf(wrong.path).some((part) => text.includes(part));
  if (reply.status >= 500) return said;
  if (leaks.test(reply.text)) return `leaks: ${said}`;
  const errors = reply.body?.errors ?? [];
  const refusal = reply.body?.data?.[field];
  if (errors.length === 0) {
    if (typeof refusal?.code !== 'string') return `taken: ${said}`;
    if (refusal.code === 'FORBIDDEN') return said;
    if (refusal.code === 'INVALID_INPUT' && !refusal.issues.some(({ path }: { path: string }) => names(path)))
      return `names no path: ${said}`;
    return null;
  }
  for (const error of errors) {
    if (!/^[A-Z_]+$/.test(error.extensions?.code ?? '')) return `no code: ${said}`;
    if (error.extensions.code === 'FORBIDDEN') return said;
    // What is too large is not read, so nothing in it can be named.
    if (error.extensions.code === 'BODY_TOO_LARGE' && wrong.what === '10,000 items') continue;
    if (error.extensions.code !== 'NOT_FOUND' && !names(error.message)) return `names no path: ${said}`;
  }
  return null;
}
