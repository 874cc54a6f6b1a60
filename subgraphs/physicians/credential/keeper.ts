/** Whose credentials somebody keeps: their colleagues', and for a month those of whom they have just put on the register. */

import { InvalidInput, NotFound } from '#kernel/errors.ts';
import { fromId, toId, tryId } from '#kernel/ids.ts';
import type { Practitioner, Prisma } from '#prisma/generated/physicians/client.ts';
import type { Context, Tx } from '../builder.ts';
import { placeSharedWith } from '../license/shared-place.ts';
import { credentialsVisibleTo, opensCredentials } from './credentials.ts';

/** So long does it take to be invited; whoever registered somebody records for them meanwhile. */
const REGISTRAR_DAYS = 30;
const DAY_MS = 86_400_000;

/** A practitioner whose credentials the caller keeps, and the place in whose trail it is written. */
export interface Kept {
  readonly practitioner: Practitioner;
  readonly place: string;
}

/**
 * The practitioner whose credentials the caller is about to change, locked against everybody else who does. Somebody else's
 * colleague is answered like one that does not exist; nobody keeps their own.
 */
export async function keptPractitioner(tx: Tx, ctx: Context, practitionerId: string, path: string): Promise<Kept> {
  const practitioner = await tx.practitioner.findUnique({ where: { id: practitionerId } });
  const place =
    practitioner &&
    ((await placeSharedWith(tx, ctx, practitionerId, 'credential:record')) ?? (await registrarsPlace(tx, ctx, practitioner)));
  if (!practitioner || !place) throw new NotFound();
  ctx.requireStepUp();
  if (ctx.actor.sub === toId('practitioner', practitionerId)) {
    throw new InvalidInput([{ path, message: 'Nobody records their own credentials: ask a colleague.' }]);
  }
  // What is on record is looked through before something is added: two at once would both find nothing.
  await tx.$queryRawUnsafe(`select pg_advisory_xact_lock(hashtextextended('credentials:' || $1, 0))::text`, practitionerId);
  return { practitioner, place };
}

/** As `keptPractitioner`, for a verb that names the person. */
export async function keptByName(tx: Tx, ctx: Context, practitionerId: string): Promise<Kept> {
  return keptPractitioner(tx, ctx, fromId('practitioner', practitionerId), 'input.practitionerId');
}

/** The place of whoever registered somebody that belongs nowhere yet; null for everybody else, and once a month is over. */
export async function registrarsPlace(tx: Tx, ctx: Context, { id, registeredBy, registeredAt }: Practitioner): Promise<string | null> {
  if (registeredBy !== ctx.actor.sub || registeredAt === null || registeredAt < sinceWhen(ctx)) return null;
  const belongs = await tx.tenancyMembership.count({ where: { sub: toId('practitioner', id) } });
  return belongs > 0 ? null : placeOfKeeper(ctx);
}

/** A place of a keeper's own, for what is about nobody's place. */
export function placeOfKeeper(ctx: Context): string {
  const place = ctx.actor.places('credential:record')[0];
  if (place === undefined) throw new NotFound();
  return place;
}

const sinceWhen = (ctx: Pick<Context, 'now'>): Date => new Date(ctx.now().getTime() - REGISTRAR_DAYS * DAY_MS);

const keptOf = new WeakMap<Context, Promise<ReadonlySet<string>>>();

/** The stored ids of everybody whose credentials the caller keeps without their being engaged: looked up once a request. */
function keptBy(ctx: Context): Promise<ReadonlySet<string>> {
  const known = keptOf.get(ctx);
  if (known !== undefined) return known;
  const kept = readKept(ctx);
  keptOf.set(ctx, kept);
  return kept;
}

async function readKept(ctx: Context): Promise<ReadonlySet<string>> {
  const places = [...ctx.actor.places('credential:record')];
  if (places.length === 0) return new Set();
  const clinics = await ctx.db.tenancyClinic.findMany({ where: { clinicId: { in: places } } });
  const at = [
    ...clinics.map(({ entityId }) => toId('entity', entityId)),
    ...places.flatMap((place) => [toId('clinic', place), toId('entity', place)]),
  ];
  const colleagues = await ctx.db.tenancyMembership.findMany({ where: { at: { in: at } }, select: { sub: true } });
  const registered = await ctx.db.practitioner.findMany({
    where: { registeredBy: ctx.actor.sub, registeredAt: { gte: sinceWhen(ctx) } },
    select: { id: true },
  });
  const placed = await ctx.db.tenancyMembership.findMany({
    where: { sub: { in: registered.map(({ id }) => toId('practitioner', id)) } },
    select: { sub: true },
  });
  const elsewhere = new Set(placed.map(({ sub }) => sub));
  return new Set([
    ...colleagues.flatMap(({ sub }) => tryId('practitioner', sub) ?? []),
    ...registered.flatMap(({ id }) => (elsewhere.has(toId('practitioner', id)) ? [] : [id])),
  ]);
}

/** The practitioners whose credentials a caller sees: those engaged with a clinic of theirs, and those whom they keep. */
export async function credentialsSeenBy(ctx: Context): Promise<Prisma.PractitionerWhereInput> {
  return { OR: [credentialsVisibleTo(ctx), { id: { in: [...(await keptBy(ctx))] } }] };
}

/** What `seesCredentialsOf` asks of a practitioner. */
export const withEngagements = { engagements: { select: { clinicId: true, status: true, endsOn: true } } } as const;

/** Whether the caller sees somebody's credentials. */
export async function seesCredentialsOf(
  ctx: Context,
  person: { readonly id: string; readonly engagements: readonly Parameters<typeof opensCredentials>[0][] },
): Promise<boolean> {
  if (ctx.actor.everywhere('authority-facts:read')) return true;
  const places = ctx.actor.places('credential:read');
  if (person.engagements.some((each) => places.includes(each.clinicId) && opensCredentials(each, ctx.now()))) return true;
  return (await keptBy(ctx)).has(person.id);
}
