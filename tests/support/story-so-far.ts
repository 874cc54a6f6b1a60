import { contractDocuments, contractVariables } from '../../gateway/journey/documents.ts';
import { tellStory } from '../../gateway/journey/story.ts';
import type { Data, TestGraph } from './graph.ts';

/** One operation of the story: as it is about to be sent, and what came back once it was. */
export interface Told {
  readonly persona: string;
  readonly operation: string;
  readonly document: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly stepUp: boolean;
  /** The value of its root field; undefined before it is sent. */
  readonly answer?: Data;
}

/** The journey as far as it was told. */
export interface StorySoFar {
  readonly told: readonly Told[];
  /** The step before which the story was stopped: what would be sent next, ids filled in; undefined at its end. */
  readonly next: Told | undefined;
  /** The answer of an operation; of several, the last. */
  answerOf(operation: string): Data;
}

const enough = new Error('The story was stopped where the test wanted it.');

/**
 * Plays the journey's steps on a graph, up to but without the operation `until`, or to the end. `before` sees each step
 * with its variables filled in before it is sent, so a test can try what else could be sent there; `send` replaces how.
 */
export async function storySoFar(
  graph: TestGraph,
  options: { until?: string; before?(step: Told, soFar: StorySoFar): Promise<void>; idempotencyKey?(step: Told): string } = {},
): Promise<StorySoFar> {
  const documents = await contractDocuments();
  const told: Told[] = [];
  let next: Told | undefined;
  const soFar: StorySoFar = {
    told,
    get next() {
      return next;
    },
    answerOf(operation) {
      const step = told.findLast((one) => one.operation === operation);
      if (!step) throw new Error(`The story has not come to ${operation}.`);
      return step.answer;
    },
  };
  const frontEnd = {
    async send(persona: string, operation: string, variables: Readonly<Record<string, unknown>>, { stepUp = false } = {}) {
      const step: Told = { persona, operation, document: documents.get(operation) ?? '', variables, stepUp };
      next = step;
      if (operation === options.until) throw enough;
      await options.before?.(step, soFar);
      next = undefined;
      const asker = await graph.as(persona, { stepUp });
      const key = options.idempotencyKey?.(step);
      const { data, errors } = await asker.ask(step.document, { ...variables }, key === undefined ? {} : { idempotencyKey: key });
      told.push({ ...step, answer: Object.values(data ?? {})[0] });
      return { data, errors: errors.map(({ message, code, path }) => ({ message: `${path}: ${message}`, extensions: { code } })) };
    },
  };
  try {
    await tellStory(
      frontEnd,
      await contractVariables(),
      () => graph.clock.now(),
      () => undefined,
    );
  } catch (error) {
    if (error !== enough) throw error;
  }
  return soFar;
}

/** What the servers write of themselves at their hours, whoever asks meanwhile. */
const background = {
  tables: /_notice$/,
  topics: ['exam-waiting', 'order-attention', 'record-at-risk', 'exam-reminder', 'expirable-reminder', 'facility-reminder'].concat([
    'authority-lapsed',
    'claim-ending',
    'claim-timed-out',
    'protocol-signature-due',
    'protocol-in-force',
    'controlled-signing-log',
  ]),
};

/**
 * How many rows each table of the four schemas holds; the trail, its seals, the copies of the tenancy, and what servers write of
 * themselves left out.
 */
export async function rowCounts(graph: TestGraph): Promise<Record<string, number>> {
  const tables = await graph.sql<{ name: string }>(
    `select relnamespace::regnamespace || '.' || quote_ident(relname) as name from pg_class
     where relnamespace::regnamespace::text = any($1) and relkind in ('r', 'p') and not relispartition and relname !~ '^(_prisma|audit_|tenancy_)' order by 1`,
    [Object.keys(graph.running)],
  );
  const counts = await graph.sql<{ name: string; n: number }>(
    tables
      .filter(({ name }) => !background.tables.test(name))
      .map(
        ({ name }) =>
          `select '${name}' as name, count(*)::int as n from ${name} ${name.includes('.outbox_event') ? 'where topic <> all ($1)' : ''}`,
      )
      .join(' union all '),
    [background.topics],
  );
  return Object.fromEntries(counts.map(({ name, n }) => [name, n]));
}
