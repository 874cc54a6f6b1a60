import type { RuleResult } from '#rules/results.ts';
import { builder, graph } from '../builder.ts';
import { Practitioner } from '../practitioner/practitioner.ts';

/** A physician as they were judged for one request. */
export interface Candidate {
  /** Stored id. */
  readonly practitionerId: string;
  readonly isIn: boolean;
  readonly reasons: readonly RuleResult[];
  /** The preferred specialties that they have. */
  readonly preferences: readonly string[];
  /** How many clinics they direct now. */
  readonly load: number;
}

/** A physician as a clinic is shown one. */
export const PlacementCandidate = builder.objectRef<Candidate>('PlacementCandidate').implement({
  description: 'An available physician, and whether they fit a request. What was found of somebody is not shown, only whether it is clear.',
  authScopes: { may: 'placement:request' },
  fields: (t) => ({
    practitioner: t.field({
      type: Practitioner,
      nullable: true,
      resolve: ({ practitionerId }, _args, ctx) => ctx.load('practitioner', practitionerId),
      description: 'Who it is.',
    }),
    in: t.boolean({ resolve: ({ isIn }) => isIn, description: 'Whether every reason passes, so that it can be offered to them.' }),
    reasons: t.field({
      type: [graph.RuleResult],
      resolve: ({ reasons }) => [...reasons],
      description: 'Every reason in and out, in the order asked.',
    }),
    preferences: t.stringList({ resolve: ({ preferences }) => [...preferences], description: 'The preferred specialties that they have.' }),
  }),
});
