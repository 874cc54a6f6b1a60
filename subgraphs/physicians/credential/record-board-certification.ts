import { z } from 'zod';
import { audit } from '#kernel/audit.ts';
import { type InputIssue, InvalidInput } from '#kernel/errors.ts';
import { toId } from '#kernel/ids.ts';
import { addMonths } from '#rules/dates.ts';
import { builder } from '../builder.ts';
import { dayIn, storedDay } from '../lapse.ts';
import { AlreadyOnRecord } from './already-on-record.ts';
import { BoardCertification } from './board-certification.ts';
import { keptByName } from './keeper.ts';
import { lineOf } from './plain-text.ts';

const EARLIEST = '1940-01-01';
const LONGEST_TERM_MONTHS = 180;

const RecordBoardCertificationInput = builder.inputType('RecordBoardCertificationInput', {
  description: 'A certification by the board of a specialty, as its holder shows it.',
  fields: (t) => ({
    practitionerId: t.id({ required: true, description: 'Who holds it.' }),
    board: t.string({ required: true, description: 'The board that certified, at most 100 characters.' }),
    specialty: t.string({ required: true, description: 'The specialty certified, at most 100 characters.' }),
    certifiedOn: t.field({ type: 'Date', required: true, description: 'The first day of the certification: today or before.' }),
    expiresOn: t.field({ type: 'Date', description: 'The last day; left out for a certification without end.' }),
  }),
  validate: z.object({ board: lineOf('The board', 100), specialty: lineOf('The specialty', 100) }).loose(),
});

type Told = typeof RecordBoardCertificationInput.$inferInput;

builder.mutationField('recordBoardCertification', (t) =>
  t.field({
    description:
      'Records a certification that somebody holds. It is UNVERIFIED until somebody else has asked its board: see recordCredentialCheck. It is no licence, and permits nothing.',
    type: BoardCertification,
    authScopes: { may: 'credential:record' },
    args: { input: t.arg({ type: RecordBoardCertificationInput, required: true, description: 'The certification.' }) },
    errors: { types: [AlreadyOnRecord] },
    resolve: (_root, args, ctx, info) =>
      ctx.write({ info, args, answer: 'boardCertification' }, async (tx) => {
        const { practitioner, place } = await keptByName(tx, ctx, args.input.practitionerId);
        const issues = issuesOf(args.input, dayIn(ctx.now()));
        if (issues.length > 0) throw new InvalidInput(issues);
        const { certifiedOn, expiresOn } = args.input;
        const key = {
          ...{ practitionerId: practitioner.id, board: args.input.board.trim(), specialty: args.input.specialty.trim() },
          certifiedOn: storedDay(certifiedOn),
        };
        const known = await tx.boardCertification.findFirst({ where: key });
        if (known !== null) throw new AlreadyOnRecord('This certification', toId('boardCertification', known.id));
        const certification = await tx.boardCertification.create({
          data: {
            ...{ id: ctx.newId(), ...key, status: 'UNVERIFIED', expiresOn: expiresOn == null ? null : storedDay(expiresOn) },
            ...{ recordedBy: ctx.actor.sub, recordedAt: ctx.now() },
          },
        });
        await audit(tx, ctx, {
          ...{ action: 'board-certification.recorded', tenantId: place, subjectKind: 'boardCertification', subjectId: certification.id },
          detail: { practitionerId: practitioner.id, certifiedOn, expiresOn: expiresOn ?? null },
        });
        return certification;
      }),
  }),
);

function issuesOf({ certifiedOn, expiresOn }: Told, today: string): InputIssue[] {
  const issues: InputIssue[] = [];
  const add = (field: keyof Told, message: string) => issues.push({ path: `input.${field}`, message });
  if (certifiedOn > today) add('certifiedOn', 'Somebody is certified today or before.');
  if (certifiedOn < EARLIEST) add('certifiedOn', 'Nobody who practises was certified so long ago.');
  if (expiresOn != null && expiresOn < certifiedOn) add('expiresOn', 'The last day is not before the first.');
  if (expiresOn != null && expiresOn > addMonths(today, LONGEST_TERM_MONTHS)) {
    add('expiresOn', 'Leave the last day out where there is none; one so far ahead is a slip.');
  }
  return issues;
}
