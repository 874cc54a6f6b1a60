import { audit } from '#kernel/audit.ts';
import { InvalidInput, NotFound } from '#kernel/errors.ts';
import { toId } from '#kernel/ids.ts';
import type { Intake as IntakeRow, ScreeningResolution } from '#prisma/generated/prescriptions/client.ts';
import type { Answer } from '#rules/screening.ts';
import { screenSince } from '#rules/screening-since.ts';
import type { ScreeningResolutionFacts, SettlingKind } from '#rules/screening-resolution.ts';
import { actingPractitioner } from '../acting-practitioner.ts';
import type { Ctx, Tx } from '../builder.ts';
import { decideAt, keptAs, requirePass } from '../decided.ts';
import { askGateFacts, type NeighbourFacts } from '../exam/gate-facts.ts';
import { lockPatient } from '../exam/exam-rows.ts';
import { attestedFacts } from '../neighbour/clinic.ts';
import { practitionerFact } from '../neighbour/practitioner.ts';
import { flagsOf } from './settled.ts';
import { protocolSays } from './protocol-says.ts';

/** An answer somebody would settle. */
export interface Settling {
  readonly kind: SettlingKind;
  /** Stored id. */
  readonly intakeId: string;
  readonly linkId: string;
  /** Of a question that the examiner answers: the answer; nothing for the patient's own. */
  readonly answer: unknown;
  readonly reason: string;
  readonly patientState: string;
  /** Of an override: the stored id of who is to give the treatment, null for the patient themselves. */
  readonly performerId?: string | null;
}

/** What neighbours told before the transaction began. */
interface Told {
  readonly resolverId: string;
  readonly facts: NeighbourFacts;
  readonly protocol: ScreeningResolutionFacts['protocolSays'];
}

/** Asks the neighbours what settling needs to know; null for an intake that is not the caller's to settle. */
export async function tellOfSettling(ctx: Ctx, { intakeId, linkId, performerId }: Settling): Promise<Told | null> {
  const resolverId = actingPractitioner(ctx);
  const seen = await ctx.db.intake.findFirst({ where: { id: intakeId, clinicId: { in: [...ctx.actor.places('exam:resolve')] } } });
  if (seen === null) return null;
  const facts = await askGateFacts(ctx, [resolverId, ...(performerId ? [performerId] : [])], [seen.clinicId]);
  return { resolverId, facts, protocol: await protocolSays(ctx, seen.clinicId, seen.service, linkId) };
}

/** Settles one answer of an intake, in the transaction of its mutation, once the gate has let it pass. */
export async function settleAnswer(tx: Tx, ctx: Ctx, settling: Settling, told: Told | null): Promise<ScreeningResolution> {
  const { kind, linkId, reason, patientState, performerId = null } = settling;
  const where = { id: settling.intakeId, clinicId: { in: [...ctx.actor.places('exam:resolve')] } };
  const intake = await tx.intake.findFirst({ where });
  if (intake === null || told === null) throw new NotFound();
  await lockPatient(tx, intake.patientId);
  const { answer, severity } = answered(intake, settling);
  const { resolverId, facts, protocol } = told;
  const at = ctx.now();
  const decision = decideAt(
    {
      ...{ gate: 'screening-resolution', kind, linkId, severity, patientState, protocolSays: protocol },
      resolver: practitionerFact(facts.practitioners.get(resolverId), at),
      performerId: kind === 'OVERRIDE' ? performerOf(facts, performerId) : null,
      ...attestedFacts(facts.clinics.get(intake.clinicId)),
    },
    at,
  );
  requirePass(decision);
  const { id: intakeId, clinicId, patientId, questionnaireVersion } = intake;
  const row = await tx.screeningResolution.create({
    data: {
      ...{ id: ctx.newId(), clinicId, patientId, intakeId, questionnaireVersion, kind, linkId, severity, reason, patientState },
      ...{ answer: answer as string[], resolverId, resolvedBy: ctx.actor.sub, performerId },
      credential: facts.practitioners.get(resolverId)?.credential ?? '',
      ...keptAs(decision),
    },
  });
  // Which question it was is chart: the trail names the row.
  const action = kind === 'OVERRIDE' ? 'intake.block-overridden' : 'intake.flag-resolved';
  const subject = { tenantId: clinicId, subjectKind: 'intake', subjectId: intakeId, patientId } as const;
  await audit(tx, ctx, { action, ...subject, detail: { resolution: toId('screeningResolution', row.id) } });
  return row;
}

/** The answer as it stands, and what its rule makes of it. Throws InvalidInput for a question that was not asked, and for an answer that is not the one given. */
function answered({ service, answers, questionnaireVersion, flags }: IntakeRow, { linkId, answer }: Settling) {
  const given = answers as unknown as Answer[];
  const own = given.filter((one) => one.linkId === linkId);
  if (own.length > 0 && answer != null) throw wrong('answer', 'is the patient’s to give, and was given: leave it out');
  const all = own.length > 0 || answer == null ? given : [...given, { linkId, value: answer }];
  const report = screenSince(service, all, questionnaireVersion);
  const issue = report.issues.find(({ path }) => path === linkId);
  if (issue !== undefined) throw wrong(own.length > 0 ? 'linkId' : 'answer', `${linkId} ${issue.message}`);
  const value = all.filter((one) => one.linkId === linkId).map((one) => one.value);
  if (value.length === 0) throw wrong('linkId', `${linkId} was not answered: an examiner’s own answer is given with it`);
  // What an intake raised against the record no rule of the questionnaire says again.
  const raised = [...report.flags, ...flagsOf({ flags })].find((flag) => flag.linkId === linkId);
  return { answer: value, severity: raised?.severity ?? ('none' as const) };
}

function wrong(field: string, message: string): InvalidInput {
  return new InvalidInput([{ path: `input.${field}`, message }]);
}

// Somebody the register does not know is not known to be another than the physician.
function performerOf(facts: NeighbourFacts, performerId: string | null): string | null {
  return performerId === null ? 'patient' : (facts.practitioners.get(performerId)?.id ?? null);
}
