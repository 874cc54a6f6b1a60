/** The log that each prescriber gets of the controlled prescriptions signed in their name in a month (21 CFR 1311.120(b)). */

import { InvalidInput } from '#kernel/errors.ts';
import { toId } from '#kernel/ids.ts';
import type { ControlledSigning } from '#prisma/generated/prescriptions/client.ts';
import { builder } from '../builder.ts';
import { Order } from '../order/order.ts';
import { Clinic } from '../references.ts';
import { firstOfNext } from './monthly-log.ts';

const MOST = 1_000;

/** One signature. */
const Signing = builder.objectRef<ControlledSigning>('ControlledSigning').implement({
  description: 'One controlled prescription that was signed in a prescriber’s name. It never changes.',
  authScopes: { may: 'order:sign' },
  fields: (t) => ({
    clinic: t.field({ type: Clinic, resolve: (row) => ({ id: toId('clinic', row.clinicId) }), description: 'Where.' }),
    order: t.field({
      type: Order,
      nullable: true,
      resolve: ({ orderId, clinicId }, _args, ctx) => ctx.load<typeof Order.$inferType>('order', orderId, { clinicId }),
      description: 'The prescription.',
    }),
    schedule: t.exposeString('schedule', { description: 'The schedule it is in.' }),
    basis: t.exposeString('basis', { description: 'IN_PERSON or TELEMEDICINE.' }),
    factors: t.exposeStringList('amr', { description: 'By which factors the signer was proved (RFC 8176).' }),
    provedAt: t.expose('authTime', { type: 'DateTime', description: 'When they were proved, for this signature alone.' }),
    signedAt: t.expose('at', { type: 'DateTime', description: 'When it was signed.' }),
  }),
});

const MadeLog = builder.prismaObject('ControlledSigningLog', {
  name: 'ControlledSigningLogMade',
  description: 'The log of a month as it was made when the month was over: signatures that have another digest were changed since.',
  authScopes: { may: 'order:sign' },
  fields: (t) => ({
    clinicId: t.id({ resolve: (row) => toId('clinic', row.clinicId), description: 'The clinic it is of.' }),
    signings: t.exposeInt('signings', { description: 'How many signatures it has.' }),
    digest: t.exposeString('digest', { description: 'SHA-256 over them, hex.' }),
    madeAt: t.expose('madeAt', { type: 'DateTime', description: 'When it was made.' }),
  }),
});

interface Month {
  readonly first: Date;
}

const Log = builder.objectRef<Month>('ControlledSigningLog').implement({
  description:
    'What was signed in the caller’s name in a month of UTC, at every clinic they prescribe for. Whoever finds a prescription in it that they did not sign reports it within a business day (21 CFR 1311.102).',
  authScopes: { may: 'order:sign' },
  fields: (t) => ({
    month: t.string({ resolve: ({ first }) => first.toISOString().slice(0, 7), description: 'The month, `YYYY-MM`.' }),
    signings: t.field({
      type: [Signing],
      description: 'The signatures, the oldest first; at most 1,000.',
      resolve: ({ first }, _args, ctx) =>
        ctx.db.controlledSigning.findMany({
          where: {
            signedBy: ctx.actor.sub,
            clinicId: { in: [...ctx.actor.places('order:sign')] },
            at: { gte: first, lt: firstOfNext(first) },
          },
          orderBy: [{ at: 'asc' }, { id: 'asc' }],
          take: MOST,
        }),
    }),
    made: t.field({
      type: [MadeLog],
      description: 'The logs made of this month, one for each clinic; none while it is not over, or nothing was signed.',
      resolve: ({ first }, _args, ctx) =>
        ctx.db.controlledSigningLog.findMany({
          where: { signedBy: ctx.actor.sub, clinicId: { in: [...ctx.actor.places('order:sign')] }, month: first },
          orderBy: { id: 'asc' },
        }),
    }),
  }),
});

builder.queryField('controlledSigningLog', (t) =>
  t.field({
    type: Log,
    description: 'The controlled prescriptions that were signed in the caller’s own name in a month. Nobody else’s.',
    authScopes: { may: 'order:sign' },
    args: { month: t.arg.string({ required: true, description: 'The month, `YYYY-MM`, in UTC.' }) },
    resolve: (_root, { month }) => {
      if (!/^\d{4}-(0[1-9]|1[0-2])$/.test(month)) throw new InvalidInput([{ path: 'month', message: 'is no month like 2026-11' }]);
      return { first: new Date(`${month}-01T00:00:00Z`) };
    },
  }),
);
