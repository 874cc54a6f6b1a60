import { toId } from '#kernel/ids.ts';
import type { ControlledAccessStep } from '#prisma/generated/prescriptions/client.ts';
import type { SigningAccess } from '#rules/controlled-facts.ts';
import { builder, type Tx } from '../builder.ts';
import { Practitioner, practitionerOf } from '../references.ts';
import { ControlledAccessReason, ControlledAccessStatus } from './controlled-kinds.ts';

/** What somebody's access at a clinic is about. */
export interface AccessPlace {
  readonly clinicId: string;
  readonly practitionerId: string;
}

/** The last step taken about somebody at a clinic: that is where their access stands. Null when nobody ever proposed it. */
export function lastStep(db: Tx, { clinicId, practitionerId }: AccessPlace): Promise<ControlledAccessStep | null> {
  return db.controlledAccessStep.findFirst({ where: { clinicId, practitionerId }, orderBy: { position: 'desc' } });
}

/** Where access stands, as the gate is told. */
export function accessOf(step: Pick<ControlledAccessStep, 'step'> | null): SigningAccess {
  return step === null ? 'none' : (step.step as SigningAccess);
}

/** Until the transaction ends nobody takes another step about this access: who signs and who revokes come one after the other. */
export async function lockAccess(tx: Tx, { clinicId, practitionerId }: AccessPlace): Promise<void> {
  await tx.$executeRawUnsafe('select pg_advisory_xact_lock(hashtextextended($1, 0))', `controlled-access ${clinicId} ${practitionerId}`);
}

/** One step of somebody's access, with what it came to. */
export const ControlledAccess = builder.prismaObject('ControlledAccessStep', {
  description:
    'One step in who may sign controlled prescriptions at a clinic (21 CFR 1311.125): proposed by whoever checked registration and authority, granted by another who is a DEA registrant, revoked. Steps are never changed.',
  authScopes: { may: ['controlled-report:read', 'chart:read'] },
  fields: (t) => ({
    id: t.id({ resolve: (row) => toId('controlledAccess', row.id), description: 'Id of the step.' }),
    practitioner: t.field({
      type: Practitioner,
      nullable: true,
      resolve: (row) => practitionerOf(row.practitionerId),
      description: 'Whose access.',
    }),
    practitionerId: t.id({ resolve: (row) => toId('practitioner', row.practitionerId), description: 'Whose access, by id.' }),
    position: t.exposeInt('position', { description: 'Which step, from 1.' }),
    status: t.field({ type: ControlledAccessStatus, resolve: (row) => row.step as 'GRANTED', description: 'What it came to.' }),
    reason: t.field({
      type: ControlledAccessReason,
      nullable: true,
      resolve: (row) => row.reason as 'OTHER' | null,
      description: 'Why it was revoked; null otherwise.',
    }),
    takenBy: t.exposeString('takenBy', { description: 'Subject of whoever took the step.' }),
    takenByName: t.exposeString('takenByName', { description: 'The name they were signed in under.' }),
    at: t.expose('at', { type: 'DateTime', description: 'When.' }),
  }),
});
