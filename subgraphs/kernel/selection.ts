import { type GraphQLResolveInfo, Kind, type SelectionSetNode } from 'graphql';

/**
 * Whether a question selects a field right below the one that is being answered, by name, in fragments too.
 * A field that is skipped by a directive counts as selected: this says what must be read, not what is shown.
 */
export function selects(info: Pick<GraphQLResolveInfo, 'fieldNodes' | 'fragments'>, field: string): boolean {
  const within = (set: SelectionSetNode | undefined): boolean =>
    set?.selections.some((each) => {
      if (each.kind === Kind.FIELD) return each.name.value === field;
      return within(each.kind === Kind.INLINE_FRAGMENT ? each.selectionSet : info.fragments[each.name.value]?.selectionSet);
    }) ?? false;
  return info.fieldNodes.some((node) => within(node.selectionSet));
}
