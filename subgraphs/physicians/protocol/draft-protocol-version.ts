import { z } from 'zod';
import { audit } from '#kernel/audit.ts';
import { Conflict, InvalidInput, NotFound } from '#kernel/errors.ts';
import { fromId } from '#kernel/ids.ts';
import { isService, type ServiceCode } from '#rules/service-codes.ts';
import { builder, type Context, type Tx } from '../builder.ts';
import { requireOnlyOne } from './living-versions.ts';
import { ownVersion } from './own-version.ts';
import { contentOf, contentShape, issuesOfContent, ProtocolContentInput } from './protocol-content.ts';
import { protocolDigest } from './protocol-digest.ts';
import { issuesOfTerm, storedDay } from './protocol-term.ts';
import { ProtocolKind, ProtocolVersion } from './protocol-version.ts';

const line = (what: string, longest: number) =>
  z.string().trim().min(1, `${what} is empty.`).max(longest, `${what} has at most ${longest} characters.`);

/** What every name and title of a version has to be like. */
export const labelShape = { version: line('The version', 64), title: line('The title', 200) } as const;

const DraftProtocolVersionInput = builder.inputType('DraftProtocolVersionInput', {
  description: 'A new version of a protocol, or the first of a new one.',
  fields: (t) => ({
    follows: t.id({ description: 'A version of the protocol that this is another version of; left out for a new protocol.' }),
    service: t.string({ description: 'Code of the service, for a new protocol.' }),
    clinicIds: t.idList({ description: 'The clinics that are to work by it, for a new protocol: 1 to 200 of one’s own.' }),
    kind: t.field({ type: ProtocolKind, description: 'For a new one: a protocol, also when left out, or a standing order.' }),
    beside: t.boolean({
      description:
        'For a new one: whether it is to stand beside what a clinic has in force, or being made, of this kind for the service. Left out, that is followed instead.',
    }),
    version: t.string({ required: true, description: 'Which version it is, for example 2027.1: another than those before it.' }),
    title: t.string({ required: true, description: 'Title, at most 200 characters.' }),
    effectiveFrom: t.field({
      type: 'Date',
      required: true,
      description: 'The first day it is to be in force: from today to a year ahead.',
    }),
    expiresOn: t.field({ type: 'Date', required: true, description: 'The last day: at most a year after the first.' }),
    content: t.field({ type: ProtocolContentInput, required: true, description: 'What it says.' }),
  }),
  validate: z
    .object({
      ...labelShape,
      content: contentShape,
      service: z.string().max(100, 'The service has at most 100 characters.').nullish(),
      clinicIds: z.array(z.string()).min(1, 'At least one clinic is needed.').max(200, 'A protocol is for at most 200 clinics.').nullish(),
    })
    .loose(),
});

builder.mutationField('draftProtocolVersion', (t) =>
  t.field({
    description:
      'Drafts how clinics do a service, or what is done of it without a fresh order for each act: a new protocol or standing order, or another version of one. It carries nothing until everybody who must has signed it.',
    type: ProtocolVersion,
    authScopes: { may: 'protocol:draft' },
    args: { input: t.arg({ type: DraftProtocolVersionInput, required: true, description: 'What is drafted.' }) },
    errors: {},
    resolve: (_root, args, ctx, info) =>
      ctx.write({ info, args, answer: 'protocolVersion' }, async (tx) => {
        const { input } = args;
        const home = input.follows == null ? await newProtocol(tx, ctx, input) : await protocolOf(tx, ctx, input.follows, input);
        const issues = [...issuesOfTerm(input, ctx.now()), ...issuesOfContent(input.content, home)];
        if (issues.length > 0) throw new InvalidInput(issues);
        const content = contentOf(home, input.content);
        await requireOnlyOne(tx, ctx, home, { version: input.version, mayStandBeside: input.follows != null || input.beside === true });
        return writeVersion(tx, ctx, home, { ...input, content, status: 'DRAFT' });
      }),
  }),
);

/** The protocol that a version belongs to, and the clinic whose trail it is told in. */
export interface ProtocolHome {
  readonly protocolId: string;
  readonly kind: string;
  readonly service: ServiceCode;
  readonly place: string;
  /** The clinics that work by it, as far as the caller sees them. */
  readonly clinicIds: readonly string[];
}

type Input = typeof DraftProtocolVersionInput.$inferInput;

async function newProtocol(tx: Tx, ctx: Context, { service, clinicIds, title, ...input }: Input): Promise<ProtocolHome> {
  if (!isService(service)) throw new InvalidInput([{ path: 'input.service', message: 'There is no such service.' }]);
  const places = [...new Set((clinicIds ?? []).map((id) => fromId('clinic', id)))];
  const [place] = places;
  if (place === undefined) throw new InvalidInput([{ path: 'input.clinicIds', message: 'A new protocol names the clinics it is for.' }]);
  const own = ctx.actor.places('protocol:draft');
  if (!places.every((clinicId) => own.includes(clinicId))) throw new NotFound();
  // Only clinics: an entity is among one's places too, and nobody is treated at an entity.
  if ((await tx.tenancyClinic.count({ where: { clinicId: { in: places } } })) < places.length) throw new NotFound();
  const [protocolId, kind] = [ctx.newId(), input.kind ?? 'PROTOCOL'];
  // Without reading it back: until a clinic works by it, nobody sees it.
  await tx.protocol.createMany({ data: [{ id: protocolId, service, kind, name: title.trim() }] });
  await tx.protocolClinic.createMany({ data: places.map((clinicId) => ({ protocolId, clinicId })) });
  return { protocolId, kind, service, place, clinicIds: places };
}

async function protocolOf(tx: Tx, ctx: Context, follows: string, input: Input): Promise<ProtocolHome> {
  const { protocol } = await ownVersion(tx, ctx, follows, 'protocol:draft');
  const extra = (['service', 'clinicIds', 'kind'] as const).filter((field) => input[field] != null);
  const message = 'Another version is of the kind, for the service and the clinics of its protocol: leave this out.';
  if (extra.length > 0) throw new InvalidInput(extra.map((field) => ({ path: `input.${field}`, message })));
  return homeOf(protocol);
}

/** Where a protocol that is there stands. */
export function homeOf(protocol: {
  readonly id: string;
  readonly kind: string;
  readonly service: string;
  readonly clinics: readonly { clinicId: string }[];
}): ProtocolHome {
  const clinicIds = protocol.clinics.map(({ clinicId }) => clinicId);
  const [place] = clinicIds;
  if (place === undefined || !isService(protocol.service)) throw new NotFound();
  return { protocolId: protocol.id, kind: protocol.kind, service: protocol.service, place, clinicIds };
}

interface NewVersion {
  readonly version: string;
  readonly title: string;
  readonly effectiveFrom: string;
  readonly expiresOn: string;
  readonly content: object;
  readonly status: 'DRAFT' | 'IN_REVIEW';
}

/** Writes a version that carries nothing yet. Two of one name are one too many. */
export async function writeVersion(tx: Tx, ctx: Context, { protocolId, kind, place }: ProtocolHome, given: NewVersion) {
  const version = given.version.trim();
  // Held, so that two drafts of one name meet here and not at the table's key.
  await tx.$queryRawUnsafe(`select pg_advisory_xact_lock(hashtextextended('protocol ' || $1, 0))::text`, protocolId);
  if ((await tx.protocolVersion.findFirst({ where: { protocolId, version }, select: { id: true } })) !== null)
    throw new Conflict('This protocol has a version of that name.');
  const id = ctx.newId();
  const row = await tx.protocolVersion.create({
    data: {
      ...{ id, protocolId, version, title: given.title.trim(), status: given.status, draftedBy: ctx.actor.sub },
      ...{ effectiveFrom: storedDay(given.effectiveFrom), expiresOn: storedDay(given.expiresOn) },
      digest: protocolDigest(given.content),
    },
  });
  await tx.protocolContent.createMany({ data: [{ versionId: id, content: given.content }] });
  await audit(tx, ctx, {
    ...{ action: 'protocol.drafted', tenantId: place, subjectKind: 'protocolVersion', subjectId: id },
    detail: { protocolId, kind, status: given.status, digest: row.digest, effectiveFrom: given.effectiveFrom, expiresOn: given.expiresOn },
  });
  return row;
}
