import { createHash } from 'node:crypto';
import { z } from 'zod';
import { audit } from '#kernel/audit.ts';
import { toId } from '#kernel/ids.ts';
import { builder } from '../builder.ts';
import { dayOf } from '../calendar-day.ts';
import { ownPharmacy } from '../facility/own-pharmacy.ts';
import { columns } from './csv/columns.ts';
import { csvText } from './csv/csv-text.ts';
import { judge, type LineProblem, readList } from './csv/judge.ts';
import { recordedItems } from './csv/recorded.ts';
import { writeRows } from './csv/write-rows.ts';

/** As many problems as a report names; it counts them all. */
const MOST_PROBLEMS = 1_000;

const CsvEncoding = builder.enumType('CsvEncoding', {
  description: 'How a list is sent.',
  values: {
    TEXT: { description: 'As it is.' },
    GZIP_BASE64: { description: 'Packed by gzip, in base64: a request has at most a mebibyte.' },
  } as const,
});

const Problem = builder.objectRef<LineProblem>('FormularyImportProblem').implement({
  description: 'Something wrong with a list.',
  authScopes: { may: 'formulary:keep' },
  fields: (t) => ({
    line: t.exposeInt('line', { description: 'The line, the heading being the first.' }),
    column: t.exposeString('column', { nullable: true, description: 'The column; empty where it is the line as a whole.' }),
    message: t.exposeString('message', { description: 'What is wrong, in words that follow the column.' }),
  }),
});

const FormularyImport = builder.prismaObject('FormularyImport', {
  description: 'What came of a list: its problems by line, and whether it was written.',
  authScopes: { may: 'formulary:keep' },
  fields: (t) => ({
    id: t.id({ resolve: (row) => toId('formularyImport', row.id), description: 'Its id.' }),
    lines: t.exposeInt('lines', { description: 'Lines under the heading that say something.' }),
    problemCount: t.exposeInt('problemCount', { description: 'How many things are wrong.' }),
    problems: t.field({
      type: [Problem],
      select: { problems: true },
      resolve: (row) => row.problems as unknown as LineProblem[],
      description: `What is wrong, by line: the first ${MOST_PROBLEMS}.`,
    }),
    written: t.exposeBoolean('written', { description: 'Whether the list was written: all of it or nothing.' }),
    added: t.exposeInt('added', { description: 'Items that were added.' }),
    changed: t.exposeInt('changed', { description: 'Items on record that the list names, and that say now what it says.' }),
    readAt: t.expose('readAt', { type: 'DateTime', description: 'When.' }),
  }),
});

const Input = builder.inputType('ImportFormularyInput', {
  description: 'A pharmacy’s formulary as comma-separated values.',
  fields: (t) => ({
    pharmacyId: t.id({ required: true, description: 'The pharmacy.' }),
    csv: t.string({ required: true, description: `A list with a heading: ${columns.join(', ')}.` }),
    encoding: t.field({ type: CsvEncoding, defaultValue: 'TEXT', description: 'How it is sent.' }),
    write: t.boolean({ defaultValue: false, description: 'Whether to write it when nothing is wrong. Left out, it is only judged.' }),
  }),
  validate: z.object({ csv: z.string().min(1, 'The list is empty.') }).loose(),
});

builder.mutationField('importFormulary', (t) =>
  t.field({
    description:
      'Judges a formulary list, and writes it when asked to and nothing is wrong: new formulas and items, prices, and what may change of items on record. What the list does not name stays.',
    type: FormularyImport,
    authScopes: { may: 'formulary:keep' },
    args: { input: t.arg({ type: Input, required: true, description: 'The list.' }) },
    errors: {},
    resolve: (_root, args, ctx, info) => {
      const pharmacyId = ownPharmacy(ctx, args.input.pharmacyId, 'formulary:keep');
      // Read before the transaction: a long list takes seconds, and a transaction has few.
      const text = csvText(args.input.csv, args.input.encoding ?? 'TEXT');
      const list = readList(text);
      return ctx.write({ info, args, answer: 'formularyImport' }, async (tx) => {
        // Two lists of one pharmacy take turns: the second is judged against what the first wrote.
        await tx.$queryRawUnsafe(`select pg_advisory_xact_lock(hashtextextended('formulary:' || $1, 0))::text`, pharmacyId);
        const onRecord = await recordedItems(tx, pharmacyId, ctx.now());
        const { lines, rows, problems } = judge(list, onRecord, dayOf(ctx.now()));
        const written = args.input.write === true && problems.length === 0;
        const known = {
          formulas: new Map(onRecord.map(({ formulaId, cells }) => [cells.formula, formulaId])),
          items: new Map(onRecord.map(({ id, priceCents, cells }) => [cells.item, { id, priceCents }])),
        };
        const { added, changed } = written ? await writeRows(tx, ctx, pharmacyId, rows, known) : { added: 0, changed: 0 };
        const digest = createHash('sha256').update(text).digest('hex');
        const made = await tx.formularyImport.create({
          data: {
            ...{ id: ctx.newId(), pharmacyId, digest, lines, problemCount: problems.length, written, added, changed },
            problems: problems.slice(0, MOST_PROBLEMS).map((one) => ({ ...one })),
            ...{ readBy: ctx.actor.sub, readAt: ctx.now() },
          },
        });
        await audit(tx, ctx, {
          ...{
            action: written ? 'formulary.imported' : 'formulary.judged',
            tenantId: pharmacyId,
            subjectKind: 'formularyImport',
            subjectId: made.id,
          },
          detail: { digest, lines, problems: problems.length, added, changed },
        });
        return made;
      });
    },
  }),
);
