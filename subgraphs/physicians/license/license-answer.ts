import type { Prisma } from '#prisma/generated/physicians/client.ts';
import { builder, graph } from '../builder.ts';
import { type LicensedThen, licensedOn } from './license-standing.ts';
import { License } from './license.ts';
import { BoardStatus, LicenseStanding } from './standing.ts';

type KnownLicense = Prisma.LicenseGetPayload<{ include: { standings: true; renewals: true } }>;

/** One answer, with what it rests on. */
export interface Answer extends LicensedThen<KnownLicense['standings'][number]> {
  readonly state: string;
  readonly on: string;
  readonly asKnownAt: Date;
  readonly license: KnownLicense | null;
}

/** The answer of the licence that serves best: one good licence is enough, and one that nobody knows about may be good. */
export function answerFrom(licenses: readonly KnownLicense[], asked: Pick<Answer, 'state' | 'on' | 'asKnownAt'>): Answer {
  const answers = licenses.map((license) => ({ ...asked, license, ...licensedOn(license, license.standings, asked.on, asked.asKnownAt) }));
  const nothing: Answer = { ...asked, license: null, standing: null, licensed: null, used: [] };
  return answers.find(({ licensed }) => licensed) ?? answers.find(({ licensed }) => licensed === null) ?? answers[0] ?? nothing;
}

/** The answer to `Practitioner.licensed`. */
export const LicenseAnswer = builder.objectRef<Answer>('LicenseAnswer').implement({
  description: 'Whether somebody was licensed in a state on a day, as it was known at a moment.',
  authScopes: { may: 'practitioner:read' },
  fields: (t) => ({
    state: t.field({ type: graph.UsState, resolve: ({ state }) => state, description: 'The state that was asked about.' }),
    on: t.field({ type: 'Date', resolve: ({ on }) => on, description: 'The day that was asked about.' }),
    asKnownAt: t.field({
      type: 'DateTime',
      resolve: ({ asKnownAt }) => asKnownAt,
      description: 'What had been recorded by this moment was considered. Never later than now.',
    }),
    standing: t.field({
      type: BoardStatus,
      nullable: true,
      resolve: ({ standing }) => standing,
      description: 'What the licence was on the day; empty when nothing was on record, which is unknown.',
    }),
    licensed: t.boolean({
      nullable: true,
      resolve: ({ licensed }) => licensed,
      description:
        'Whether it was good and unrestricted; false when it was restricted, suspended, revoked or expired, and empty when nobody knew.',
    }),
    license: t.field({
      type: License,
      nullable: true,
      resolve: ({ license }) => license,
      description: 'The licence that answers, the best of those the state gave; empty when none is on record.',
    }),
    standings: t.field({
      type: [LicenseStanding],
      resolve: ({ used }) => [...used],
      description: 'What had been recorded of that day by then, in the order of recording. The last one decided.',
    }),
  }),
});
