/** What a prescriber reviews before signing a controlled prescription: everything 21 CFR 1306.05 asks of it, on one screen, with its digest. */

import { type OrderedSchedule, scheduleOn } from '#rules/controlled-schedule.ts';
import { toId } from '#kernel/ids.ts';
import type { QuantityShape } from '#kernel/shared-types.ts';
import { builder, type Ctx, graph } from '../builder.ts';
import { canonicalText, digestOf } from '../document/canonical.ts';
import { frozenAddress } from '../document/freeze-order.ts';
import type { FrozenAddress } from '../document/order-document.ts';
import type { PractitionerAnswer } from '../neighbour/practitioner.ts';
import { askNeighbours } from '../order/ask-neighbours.ts';
import { type Chart, readChart } from '../order/chart.ts';
import { draftDigestOf, drugOf } from '../order/order-content.ts';
import { Order } from '../order/order.ts';
import type { Neighbours } from '../order/signing-facts.ts';
import { mayReadContent } from '../order/visible-to.ts';

/** Stands beside the act of signing, and is part of what is signed for. */
export const SIGNING_STATEMENT =
  'By proving two factors now you sign this prescription for a controlled substance yourself, as its prescriber, and authorise that it be dispensed. Nobody may do this for you.';

/** Everything of a controlled prescription that its prescriber reviews. */
export interface EpcsReview {
  readonly orderId: string;
  readonly draftDigest: string;
  /** `YYYY-MM-DD`, UTC. */
  readonly dateOfIssue: string;
  readonly patientName: string;
  readonly patientAddress: FrozenAddress;
  readonly drugName: string;
  readonly strengths: readonly string[];
  readonly dosageForm: string;
  readonly quantity: QuantityShape;
  readonly sig: string;
  readonly daysSupply: number;
  readonly refills: number;
  readonly schedule: string;
  readonly prescriberName: string;
  readonly prescriberNpi: string;
  readonly prescriberAddress: FrozenAddress;
  /** Null of what only a state schedules, and of a prescriber without a registration: the gate says so. */
  readonly deaNumber: string | null;
  readonly statement: string;
}

/** The DEA registration a prescription is written under: in the patient's state, for its federal schedules, the one that lasts longest. */
export function registrationFor(prescriber: PractitionerAnswer, state: string, { federal }: OrderedSchedule, day: string) {
  const good = prescriber.deaRegistrations.filter(
    (one) =>
      one.state === state && one.status === 'ACTIVE' && one.expiresOn >= day && federal.every((wanted) => one.schedules.includes(wanted)),
  );
  return federal.length === 0 ? null : (good.toSorted((a, b) => a.expiresOn.localeCompare(b.expiresOn)).at(-1) ?? null);
}

/** The schedule of an order where its patient, pharmacy and prescriber are; null when it is in none. */
export function scheduleOfOrder({ order }: Pick<Chart, 'order'>, told: Neighbours, day: string): OrderedSchedule | null {
  const places = { pharmacyState: told.item?.pharmacy.homeState, prescriberState: told.clinic?.address.state };
  return scheduleOn(drugOf(order).ingredients, order.shipToState, places, day);
}

/** The review of a draft; null when it is not controlled, or something that belongs on the screen cannot be read. */
export function reviewOf(chart: Pick<Chart, 'order' | 'patient'>, told: Neighbours, at: Date): EpcsReview | null {
  const { order, patient } = chart;
  const { prescriber, clinic } = told;
  const day = at.toISOString().slice(0, 10);
  const schedule = scheduleOfOrder(chart, told, day);
  if (schedule === null || patient === null || prescriber === null || clinic === null || order.status !== 'DRAFT') return null;
  const drug = drugOf(order);
  return {
    orderId: toId('order', order.id),
    draftDigest: draftDigestOf(order),
    dateOfIssue: day,
    patientName: `${patient.givenName} ${patient.familyName}`,
    patientAddress: frozenAddress(patient),
    drugName: drug.name,
    strengths: drug.ingredients.map(({ name, strength }) => `${name} ${strength}`),
    dosageForm: drug.dosageForm,
    quantity: drug.quantity,
    sig: drug.sig,
    daysSupply: drug.daysSupply,
    refills: drug.refills,
    schedule: schedule.schedule,
    prescriberName: prescriber.displayName,
    prescriberNpi: prescriber.npi,
    prescriberAddress: frozenAddress(clinic.address),
    deaNumber: registrationFor(prescriber, order.shipToState, schedule, day)?.number ?? null,
    statement: SIGNING_STATEMENT,
  };
}

/** The digest by which a signer names the review they saw. */
export function reviewDigestOf(review: EpcsReview): string {
  return digestOf(canonicalText(review));
}

const EpcsReviewType = builder.objectRef<EpcsReview>('EpcsReview').implement({
  description:
    'Everything a prescriber reviews before signing a controlled prescription (21 CFR 1306.05, 1311.120(b)). Its digest names it when signing: another digest signs nothing.',
  fields: (t) => ({
    digest: t.string({ resolve: reviewDigestOf, description: 'SHA-256 over all of it, hex: give it to `signControlledOrder`.' }),
    dateOfIssue: t.exposeString('dateOfIssue', { description: 'The day it would be signed, `YYYY-MM-DD`, UTC.' }),
    patientName: t.exposeString('patientName', { description: 'The patient’s full name.' }),
    patientAddress: t.field({ type: graph.Address, resolve: (review) => review.patientAddress, description: 'The patient’s address.' }),
    drugName: t.exposeString('drugName', { description: 'The preparation’s name.' }),
    strengths: t.exposeStringList('strengths', { description: 'Each active ingredient with its strength.' }),
    dosageForm: t.exposeString('dosageForm', { description: 'Dosage form.' }),
    quantity: t.field({ type: graph.Quantity, resolve: (review) => review.quantity, description: 'How much is dispensed each time.' }),
    sig: t.exposeString('sig', { description: 'Directions for use.' }),
    daysSupply: t.exposeInt('daysSupply', { description: 'How many days that lasts.' }),
    refills: t.exposeInt('refills', { description: 'Refills authorised.' }),
    schedule: t.exposeString('schedule', { description: 'The schedule it is in: the strictest that counts.' }),
    prescriberName: t.exposeString('prescriberName', { description: 'The prescriber’s name.' }),
    prescriberNpi: t.exposeString('prescriberNpi', { description: 'The prescriber’s NPI.' }),
    prescriberAddress: t.field({
      type: graph.Address,
      resolve: (review) => review.prescriberAddress,
      description: 'Where the prescriber practises: the clinic’s address.',
    }),
    deaNumber: t.exposeString('deaNumber', {
      nullable: true,
      description: 'The DEA number in the patient’s state; null where none is needed, or none is good (the gate says which).',
    }),
    statement: t.exposeString('statement', { description: 'What signing means, to be shown next to it.' }),
  }),
});

builder.objectField(Order, 'epcsReview', (t) =>
  t.field({
    type: EpcsReviewType,
    nullable: true,
    authScopes: { may: 'order:sign' },
    description: 'Of a controlled draft, what its prescriber reviews before signing; null for anybody else, and for any other order.',
    resolve: async (order, _args, ctx: Ctx) => {
      if (order.status !== 'DRAFT' || toId('practitioner', order.prescriberId) !== ctx.actor.sub || !mayReadContent(ctx, order))
        return null;
      const told = await askNeighbours(ctx, order);
      return reviewOf(await readChart(ctx, order), told, ctx.now());
    },
  }),
);
