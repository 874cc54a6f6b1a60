import type { GoodFaithExam, Intake } from '#prisma/generated/prescriptions/client.ts';
import { consents } from '#rules/consents.ts';
import type { Modality } from '#rules/facts.ts';
import { questionnaireVersion } from '#rules/questionnaire.ts';
import { blockers, failed, notKnown, type RuleResult } from '#rules/results.ts';
import { isService } from '#rules/service-codes.ts';
import type { Ctx } from '../builder.ts';
import { isCurrent } from '../consent/consent-kinds.ts';
import { blockingAnswers } from '../exam/exam-rows.ts';
import { intakeAmong } from '../intake/newest-intake.ts';
import { intakeVisibleTo } from '../intake/intake.ts';

/** What stands in the way of beginning each of these exams that a front desk can put right: the intake and the consents. In the order given. */
export async function missingOf(ctx: Ctx, exams: readonly GoodFaithExam[]): Promise<{ intake: Intake | null; missing: RuleResult[] }[]> {
  if (exams.length === 0) return [];
  const clinicId = { in: [...ctx.actor.places('patient:read')] };
  const patientId = { in: [...new Set(exams.map((exam) => exam.patientId))] };
  const service = { in: [...new Set(exams.map((exam) => exam.service))] };
  const intakes = await ctx.db.intake.findMany({ where: { patientId, service, ...intakeVisibleTo(ctx) } });
  const given = await ctx.db.consent.findMany({ where: { patientId, clinicId, revokedAt: null } });
  const blocked = intakes.filter(({ status }) => status === 'BLOCKED');
  const settled =
    blocked.length === 0 ? [] : await ctx.db.screeningResolution.findMany({ where: { intakeId: { in: blocked.map(({ id }) => id) } } });
  const blocking = new Map(
    blocked.map((intake) => [
      intake.id,
      blockingAnswers(
        intake,
        settled.filter(({ intakeId }) => intakeId === intake.id),
      ),
    ]),
  );
  return exams.map((exam) => {
    // Beginning takes the newest answers.
    const intake = intakeAmong(intakes, exam);
    const kinds = given.filter((one) => one.patientId === exam.patientId && isCurrent(one.kind, one.version)).map(({ kind }) => kind);
    return {
      intake,
      missing: [
        ...standingOf(intake),
        ...(blocking.get(intake?.id ?? '') ?? []),
        ...blockers(consents({ modality: exam.modality as Modality, consents: kinds })),
      ],
    };
  });
}

function standingOf(intake: Intake | null): RuleResult[] {
  if (intake === null) return [notKnown('intake.answers', 'The intake could not be read', 'Ask somebody who takes intakes at the clinic.')];
  if (!isService(intake.service) || intake.questionnaireVersion !== questionnaireVersion(intake.service))
    return [failed('intake.version', 'The questionnaire has a newer version', 'Have the new one answered, and ask for the exam anew.')];
  return [];
}
