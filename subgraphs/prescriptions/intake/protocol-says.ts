import { question } from '#kernel/context.ts';
import { toId } from '#kernel/ids.ts';
import type { ScreeningResolutionFacts } from '#rules/screening-resolution.ts';
import type { Ctx } from '../builder.ts';

interface ProtocolsAnswer {
  readonly activeProtocols: { readonly nodes: readonly { readonly content: unknown }[] };
}

/** What the protocols in force at a clinic say, read by the right of whoever is to work by them. */
export const screeningProtocolsQuestion = question<ProtocolsAnswer, { clinicId: string; service: string }>(
  'user',
  `query ScreeningProtocols($clinicId: ID!, $service: String!) {
  activeProtocols(clinicId: $clinicId, service: $service, first: 20) { nodes { content } }
}`,
);

/** What those protocols say of one question. Null when they cannot be read, which blocks. Of several, the strictest word counts. */
export async function protocolSays(
  ctx: Pick<Ctx, 'graph'>,
  clinicId: string,
  service: string,
  linkId: string,
): Promise<ScreeningResolutionFacts['protocolSays']> {
  const answer = await ctx.graph.ask(screeningProtocolsQuestion, { clinicId: toId('clinic', clinicId), service });
  const contents = answer?.activeProtocols.nodes.map(({ content }) => content);
  if (contents === undefined || contents.some((content) => content == null)) return null;
  const named = contents.flatMap(reasonsAgainst).filter((reason) => reason.linkId === linkId);
  if (named.some(({ consequence }) => consequence !== 'REVIEW')) return 'BLOCKS';
  return named.length > 0 ? 'REVIEW' : 'NOTHING';
}

// A protocol of before reasons were tied to questions tells them in prose, which names none.
function reasonsAgainst(content: unknown): readonly { readonly linkId: string; readonly consequence: string }[] {
  const { contraindications } = content as { readonly contraindications?: unknown };
  return Array.isArray(contraindications) ? contraindications : [];
}
