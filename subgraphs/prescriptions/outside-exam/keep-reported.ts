import { audit } from '#kernel/audit.ts';
import { codeOf } from '#kernel/db.ts';
import { Conflict } from '#kernel/errors.ts';
import type { OutsideExam } from '#prisma/generated/prescriptions/client.ts';
import type { OutsideProvenance } from '#rules/facts.ts';
import type { Ctx, Tx } from '../builder.ts';
import { dateOf } from '../calendar-day.ts';
import type { ReportedExam } from './reported-exam.ts';

/** From whom a report came, and how. */
export interface Origin {
  readonly clinicId: string;
  readonly source: 'WEBHOOK' | 'CSV' | 'PAPER';
  readonly provenance: OutsideProvenance;
  /** Null for files and paper. */
  readonly vendorId: string | null;
  readonly messageId: string | null;
  /** SHA-256 of what came in, hex: none of it is kept. */
  readonly contentDigest: string;
}

/** A report with the same id where it was held came in before, and said something else. */
export class ReportedOtherwise extends Conflict {
  constructor() {
    super(
      'A result with this id came in before with other content. What was reported never changes: report a correction under an id of its own.',
    );
  }
}

/** What is needed of whoever keeps a report: a person, a vendor's message, or a command. */
type Keeper = Pick<Ctx, 'actor' | 'now' | 'newId' | 'requestId'>;

/** Keeps a report that nobody has matched yet. One that is there already is answered as it is, and nothing is written; one that says otherwise throws. */
export async function keepReported(
  tx: Tx,
  ctx: Keeper,
  reported: ReportedExam,
  origin: Origin,
): Promise<{ row: OutsideExam; isNew: boolean }> {
  const { clinicId, vendorId, source, provenance, contentDigest } = origin;
  const known = await tx.outsideExam.findFirst({ where: { clinicId, vendorId, externalId: reported.externalId } });
  if (known !== null) {
    if (known.contentDigest !== contentDigest) throw new ReportedOtherwise();
    return { row: known, isNew: false };
  }
  const { birthDate, validUntil, findings, answers, ...rest } = reported;
  try {
    const row = await tx.outsideExam.create({
      data: {
        ...rest,
        ...origin,
        id: ctx.newId(),
        ...{ birthDate: dateOf(birthDate), validUntil: validUntil === null ? null : dateOf(validUntil), findings: [...findings] },
        answers: answers.map(({ linkId, value }) => ({ linkId, value: value as string })),
        ...{ status: 'PROPOSED', receivedAt: ctx.now(), receivedBy: ctx.actor.sub },
      },
    });
    await audit(tx, ctx, {
      ...{ action: 'outside-exam.received', tenantId: clinicId, subjectKind: 'outsideExam', subjectId: row.id },
      detail: { source, provenance, vendor: vendorId, digest: contentDigest },
    });
    return { row, isNew: true };
  } catch (error) {
    // Another brought it in the same moment; the transaction is over, and the next try finds it there.
    if (codeOf(error) === 'P2002' || codeOf(error) === '23505') throw new Conflict('This report is coming in already.');
    throw error;
  }
}
