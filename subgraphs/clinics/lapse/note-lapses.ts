import { audit } from '#kernel/audit.ts';
import type { ServiceContext } from '#kernel/context.ts';
import { fromId, toId } from '#kernel/ids.ts';
import type { Delivery } from '#kernel/subgraph.ts';
import { addDays } from '#rules/dates.ts';
import type { Tx } from '../builder.ts';
import { dayText, storedDay } from '../business-day.ts';
import { authorityPapers } from '../expirable/authority-papers.ts';
import { closing } from '../expirable/closing.ts';
import { ownerAt } from '../expirable/expirable.ts';
import type { KnownClinic } from '../expirable/one-paper.ts';
import { ownPapers } from '../expirable/own-papers.ts';
import { pharmacyPapers } from '../expirable/pharmacy-papers.ts';
import { askPapers } from '../expirable/told.ts';
import { clinicRecords } from '../readiness/clinic-record.ts';
import { askOversight } from '../readiness/oversight.ts';
import { type Lapsed, lapsed } from './lapsed.ts';

/** Under which the outbox keeps lapses. */
export const LAPSE_TOPIC = 'authority-lapsed';

/** A lapse that nobody noted is made up for this long: longer ago it is history, and told by the record itself. */
const MADE_UP_FOR_DAYS = 90;
/** As many as one transaction writes. */
const LAPSES_AT_ONCE = 50;

/**
 * Notes what has lapsed since it last looked, each lapse once, with an event in the outbox. It tells of statuses and decides none: those are
 * worked out when they are read, so nothing is good for a moment longer because this did not run. What a run missed, or left half done, the
 * next one makes up for.
 */
export async function noteLapses(service: ServiceContext<Tx>): Promise<void> {
  const today = dayText(service.now());
  const since = addDays(today, -MADE_UP_FOR_DAYS);
  const world = await service.write(async (tx) => ({
    records: await clinicRecords(tx, {}),
    agreements: await tx.managementAgreement.findMany({
      where: { OR: [{ endsOn: null }, { endsOn: { gte: storedDay(since) } }] },
      include: { entity: true },
    }),
  }));
  const named = world.records.map(({ id, name, state }) => ({ id: toId('clinic', id), name, state }));
  const told = await askPapers(
    service,
    named.map(({ id }) => id),
    since,
  );
  if (told === null) return silent(service);
  const papers = [
    ...ownPapers(world.records, world.agreements),
    ...authorityPapers(told.papers, named),
    ...pharmacyPapers(told.supply, named),
  ];
  const found = await unnoted(service, lapsed(papers, today, since));
  if (found.length === 0) return;
  const oversight = await askOversight(service, [...new Set(found.flatMap(({ paper }) => paper.clinicIds))]);
  if (oversight === null) return silent(service);
  const clinics = new Map(
    world.records.map((record): [string, KnownClinic] => {
      const id = toId('clinic', record.id);
      return [id, { record, oversight: oversight.get(id) ?? null }];
    }),
  );
  for (let from = 0; from < found.length; from += LAPSES_AT_ONCE) {
    await service.write(async (tx) => {
      for (const one of found.slice(from, from + LAPSES_AT_ONCE)) await noteOnce(tx, service, one, clinics);
    });
  }
}

/** The next run, a minute later, does what this one could not: a job that throws would be tried again beside it. */
function silent({ log, requestId }: ServiceContext<Tx>): void {
  log.warn({ code: 'LAPSES_NOT_READ', requestId });
}

function keyOf({ paper, cause, day }: Lapsed): string {
  return `${paper.recordId} ${cause} ${day ?? ''}`;
}

async function unnoted(service: ServiceContext<Tx>, found: readonly Lapsed[]): Promise<Lapsed[]> {
  if (found.length === 0) return [];
  const rows = await service.write((tx) =>
    tx.lapse.findMany({
      where: { recordId: { in: [...new Set(found.map(({ paper }) => paper.recordId))] } },
      select: { recordId: true, cause: true, day: true },
    }),
  );
  const known = new Set(rows.map(({ recordId, cause, day }) => `${recordId} ${cause} ${day === null ? '' : dayText(day)}`));
  return found.filter((one) => !known.has(keyOf(one)));
}

async function noteOnce(
  tx: Tx,
  service: ServiceContext<Tx>,
  { paper, cause, day }: Lapsed,
  clinics: ReadonlyMap<string, KnownClinic>,
): Promise<void> {
  const { recordId, kind, clinicIds, label } = paper;
  const id = service.newId();
  const closed = closing(paper, clinics, service.now().toISOString());
  // Of two that run at once the second waits here for the first, and then finds it noted.
  const { count } = await tx.lapse.createMany({
    data: [
      {
        ...{ id, recordId, kind, cause, day: day === null ? null : storedDay(day), label },
        clinicIds: clinicIds.map((clinicId) => fromId('clinic', clinicId)),
        stops: [...paper.stops, ...closed].map((stop) => ({ ...stop, services: [...stop.services] })),
        owner: { ...ownerAt(paper, clinics) },
        notedAt: service.now(),
      },
    ],
    skipDuplicates: true,
  });
  if (count === 0) return;
  const closes = closed.map(({ clinicId, services }) => ({ clinicId, services }));
  const told = { recordId, kind, cause, endedOn: day, clinicIds, closes };
  await service.handOff(tx, { topic: LAPSE_TOPIC, key: id, seq: 1, attempt: 1, payload: told });
  // Each clinic that it concerns is told, as of everything that stops work at several.
  const tenants = [...new Set(clinicIds.map((clinicId) => fromId('clinic', clinicId)))].toSorted();
  for (const tenantId of tenants.length === 0 ? [null] : tenants) {
    await audit(tx, service, {
      ...{ action: 'authority.lapsed', tenantId, subjectKind: 'lapse', subjectId: id },
      detail: { recordId, kind, cause, endedOn: day },
    });
  }
}

/** Tells whoever listens. There is no receiver elsewhere that could refuse it. */
export const deliverLapse: Delivery<Tx> =
  async (service, { key }) =>
  async (tx) => {
    await service.notify(tx, LAPSE_TOPIC, key);
    return null;
  };
