import type { createBuilder } from './builder.ts';
import type { RawTx } from './db.ts';
import type { RuleOutcome } from './errors.ts';
import type { Permission } from './permissions.ts';

type Builder<P extends object, Tx extends RawTx> = ReturnType<typeof createBuilder<P, Tx>>;

/** A decision as every subgraph keeps it: what a gate was told, what it answered, under which release of the rule packs. */
export interface KeptDecision {
  readonly gate: string;
  readonly at: Date;
  readonly facts: unknown;
  readonly results: unknown;
  readonly packVersion: string;
}

/** A kept decision asked again. */
export interface ReplayShape {
  readonly same: boolean;
  readonly results: readonly RuleOutcome[];
  readonly packVersion: string;
  readonly differs: readonly string[];
}

/** How a subgraph asks a kept decision again: with its own release, or with another. Null when it can't be asked. */
export type Replays = (kept: KeptDecision, packVersion?: string) => ReplayShape | null;

/** Answers the maker of a subgraph's decision type. The type of a replay is the same in every subgraph that keeps decisions. */
export function sharedDecision<P extends object, Tx extends RawTx>(
  builder: Builder<P, Tx>,
  refs: { RuleResult: ReturnType<ReturnType<Builder<P, Tx>['objectRef']>['implement']> },
) {
  const results = (rules: unknown) => rules as readonly RuleOutcome[];

  const replayType = () =>
    builder.objectRef<ReplayShape>('DecisionReplay').implement({
      description: 'A kept decision asked again, with the facts and the moment of then.',
      directives: { shareable: {} },
      fields: (t) => ({
        same: t.exposeBoolean('same', { description: 'Whether every rule answered to the letter as it did then.' }),
        packVersion: t.exposeString('packVersion', { description: 'The release of the rule packs that was asked this time.' }),
        differs: t.exposeStringList('differs', { description: 'Ids of rules that answer otherwise, or in only one of the two.' }),
        results: t.field({
          type: [refs.RuleResult],
          resolve: (replay) => results(replay.results),
          description: 'Every rule with its answer, in the order asked.',
        }),
      }),
    });

  // Made with the first decision type of a subgraph: one that keeps none has none of it in its schema.
  let made: ReturnType<typeof replayType> | undefined;

  return function decision<Row extends KeptDecision>(
    name: string,
    { description, may, replays }: { description: string; may: Permission | readonly Permission[]; replays: Replays },
  ) {
    made ??= replayType();
    const Replay = made;
    return builder.objectRef<Row>(name).implement({
      description,
      authScopes: { may: may as Permission },
      fields: (t) => ({
        gate: t.string({ resolve: (kept) => kept.gate, description: 'Which gate was asked.' }),
        at: t.field({ type: 'DateTime', resolve: (kept) => kept.at, description: 'When it was asked.' }),
        facts: t.field({ type: 'JSON', resolve: (kept) => kept.facts, description: 'The facts it stood on, as they were read then.' }),
        results: t.field({
          type: [refs.RuleResult],
          resolve: (kept) => results(kept.results),
          description: 'Every rule that was asked, passes included, with its answer.',
        }),
        packVersion: t.string({ resolve: (kept) => kept.packVersion, description: 'The release of the rule packs that answered.' }),
        replay: t.field({
          type: Replay,
          nullable: true,
          args: { packVersion: t.arg.string({ description: 'Another release to ask; the one of then when left out.' }) },
          resolve: (kept, args) => replays(kept, args.packVersion ?? undefined),
          description:
            'The same facts and moment, asked again. Null when the release is not known, or the record is of a time before it could be.',
        }),
      }),
    });
  };
}
