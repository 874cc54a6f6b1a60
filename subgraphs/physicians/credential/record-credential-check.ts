import { z } from 'zod';
import { audit } from '#kernel/audit.ts';
import { IllegalTransition, type InputIssue, InvalidInput, NotFound } from '#kernel/errors.ts';
import { tryId } from '#kernel/ids.ts';
import { builder, type Context, type Tx } from '../builder.ts';
import { clinicsOf } from '../verification/clinics-of.ts';
import { afterLook, type CheckedKind, checkedKinds, isOver, primarySource } from './checked.ts';
import { CredentialCheck, CredentialCheckResult, CredentialSource } from './credential-check.ts';
import { keptPractitioner } from './keeper.ts';
import { lineOf } from './plain-text.ts';

const RecordCredentialCheckInput = builder.inputType('RecordCredentialCheckInput', {
  description: 'What a primary source said of a credential.',
  fields: (t) => ({
    subjectId: t.id({
      required: true,
      description: 'What was looked up: a registration for controlled substances, an insurance policy or a board certification.',
    }),
    source: t.field({
      type: CredentialSource,
      required: true,
      description: 'Where: whoever gave it (DEA, STATE_BOARD, INSURER, CERTIFYING_BOARD), or NPDB for a disciplinary action.',
    }),
    result: t.field({ type: CredentialCheckResult, required: true, description: 'CONFIRMED, MISMATCH, DISCIPLINE or NOT_FOUND.' }),
    reference: t.string({ required: true, description: 'Where to read it again: an address or a file number, at most 300 characters.' }),
    note: t.string({ description: 'What colleagues should know, at most 500 characters.' }),
  }),
  validate: z.object({ reference: lineOf('The reference', 300), note: lineOf('The note', 500).nullish() }).loose(),
});

type Told = typeof RecordCredentialCheckInput.$inferInput;

interface Subject {
  readonly id: string;
  readonly kind: CheckedKind;
  readonly practitionerId: string;
  readonly status: string;
  readonly recordedBy: string | null;
}

builder.mutationField('recordCredentialCheck', (t) =>
  t.field({
    description:
      'Records what a primary source said of a credential, by somebody else than who recorded it. CONFIRMED makes it ACTIVE; whatever else was found stops what stands on it at once. What a board says of a licence is a standing: see recordLicenseStanding.',
    type: CredentialCheck,
    authScopes: { may: 'credential:record' },
    args: {
      input: t.arg({ type: RecordCredentialCheckInput, required: true, description: 'What was looked up, where, and what was found.' }),
    },
    errors: {},
    resolve: (_root, args, ctx, info) =>
      ctx.write({ info, args, answer: 'credentialCheck' }, async (tx) => {
        const seen = await subjectOf(tx, args.input.subjectId);
        if (seen === null) throw new NotFound();
        const { place } = await keptPractitioner(tx, ctx, seen.practitionerId, 'input.subjectId');
        const subject = (await subjectOf(tx, args.input.subjectId)) ?? seen;
        const issues = issuesOf(args.input, subject, ctx.actor.sub);
        if (issues.length > 0) throw new InvalidInput(issues);
        const { source, result, note } = args.input;
        if (result === 'CONFIRMED' && isOver(subject.status)) throw new IllegalTransition(subject.status, 'ACTIVE');
        const status = isFinding(result) ? afterLook(subject.status, result) : null;
        const check = await tx.credentialCheck.create({
          data: {
            ...{ id: ctx.newId(), practitionerId: subject.practitionerId, subjectKind: subject.kind, subjectId: subject.id },
            ...{ source, at: ctx.now(), result, reference: args.input.reference.trim(), note: note?.trim() ?? null },
            recordedBy: ctx.actor.sub,
          },
        });
        if (status !== null) await become(tx, subject, status);
        // It holds for every clinic where they work: each is told, and at which of them it was recorded.
        for (const tenantId of await clinicsOf(tx, subject.practitionerId, ctx.now(), place)) {
          await audit(tx, ctx, {
            ...{ action: 'credential.checked', tenantId, subjectKind: subject.kind, subjectId: subject.id },
            detail: { checkId: check.id, source, result, was: subject.status, is: status ?? subject.status, at: place },
          });
        }
        return check;
      }),
  }),
);

const findings = ['CONFIRMED', 'MISMATCH', 'DISCIPLINE', 'NOT_FOUND'] as const;
const isFinding = (result: string): result is (typeof findings)[number] => findings.some((finding) => finding === result);

/** The credential that an id names, of whatever kind; null when it names none that the caller sees. */
async function subjectOf(tx: Tx, publicId: string): Promise<Subject | null> {
  const kind = checkedKinds.find((candidate) => tryId(candidate, publicId) !== null);
  const id = kind === undefined ? null : tryId(kind, publicId);
  if (kind === undefined || id === null) return null;
  const query = { where: { id }, select: { id: true, practitionerId: true, status: true, recordedBy: true } } as const;
  const found = await readers[kind](tx, query);
  return found === null ? null : { ...found, kind };
}

type Query = { readonly where: { readonly id: string }; readonly select: Record<'id' | 'practitionerId' | 'status' | 'recordedBy', true> };

const readers: Readonly<Record<CheckedKind, (tx: Tx, query: Query) => Promise<Omit<Subject, 'kind'> | null>>> = {
  deaRegistration: (tx, query) => tx.deaRegistration.findUnique(query),
  controlledSubstanceRegistration: (tx, query) => tx.controlledSubstanceRegistration.findUnique(query),
  insurancePolicy: (tx, query) => tx.insurancePolicy.findUnique(query),
  boardCertification: (tx, query) => tx.boardCertification.findUnique(query),
};

async function become(tx: Tx, { id, kind }: Subject, status: string): Promise<void> {
  const change = { where: { id }, data: { status } };
  if (kind === 'deaRegistration') await tx.deaRegistration.updateMany(change);
  else if (kind === 'controlledSubstanceRegistration') await tx.controlledSubstanceRegistration.updateMany(change);
  else if (kind === 'insurancePolicy') await tx.insurancePolicy.updateMany(change);
  else await tx.boardCertification.updateMany(change);
}

function issuesOf({ source, result }: Told, { kind, recordedBy }: Subject, sub: Context['actor']['sub']): InputIssue[] {
  const issues: InputIssue[] = [];
  const add = (field: keyof Told, message: string) => issues.push({ path: `input.${field}`, message });
  if (!isFinding(result)) add('result', `One of ${findings.join(', ')}: the rest is found by lists, or proves nothing.`);
  if (source !== primarySource[kind] && !(source === 'NPDB' && result === 'DISCIPLINE')) {
    add('source', `Of this only ${primarySource[kind]} knows, and NPDB of disciplinary actions.`);
  }
  if (result === 'DISCIPLINE' && kind === 'insurancePolicy')
    add('result', 'An insurer disciplines nobody: cancel the policy that it ended.');
  if (result === 'CONFIRMED' && recordedBy === sub) add('subjectId', 'Somebody else than who recorded it confirms it.');
  return issues;
}
