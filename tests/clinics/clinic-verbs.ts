import pg from 'pg';
import { vi } from 'vitest';
import { type InventedPersona, personas, placeTypeId } from '#prisma/seed/personas.ts';
import type { Asker, Data, TestGraph } from '../support/graph.ts';

const refused = '... on Refusal { code message } ... on InvalidInput { issues { path message } }';

/** The verbs by which a clinic comes into being, each with everything that it can answer. */
const verbs = {
  openClinic: ['OpenClinicInput', `... on Clinic { id name timeZone phone address { line1 line2 city state postalCode } entity { id } }`],
  recordClinicPhone: ['RecordClinicPhoneInput', `... on Clinic { id phone }`],
  offerService: ['OfferServiceInput', `... on ServiceOffering { code name requiresExam modalities }`],
  withdrawService: ['WithdrawServiceInput', `... on Clinic { id services(first: 20) { nodes { code } } }`],
  recordFacilityLicense: ['RecordFacilityLicenseInput', `... on FacilityLicense { id kind number status statusSince expiresOn }`],
  recordFacilityLicenseStatus: ['RecordFacilityLicenseStatusInput', `... on FacilityLicense { id status statusSince }`],
  registerDevice: ['RegisterDeviceInput', `... on Device { id code maker model serial registration retiredAt }`],
  retireDevice: ['RetireDeviceInput', `... on Device { id retiredAt retirementReason }`],
} as const;

/** A verb of this folder. */
export type ClinicVerb = keyof typeof verbs;

/** Sends a verb and answers what came back: the record, or the refusal. */
export async function clinicVerb(who: Asker, verb: ClinicVerb, input: object, options?: { idempotencyKey: string }): Promise<Data> {
  const [type, answer] = verbs[verb];
  const document = `mutation ($input: ${type}!) { ${verb}(input: $input) { __typename ${answer} ${refused} } }`;
  const { data, errors } = await who.ask(document, { input }, options);
  return data?.[verb] ?? errors[0];
}

/** A location that nothing is wrong with. */
export const dallas = {
  entityId: placeTypeId('entity-a1'),
  name: 'Bluebonnet Dallas',
  address: { line1: '12 Elm Court', line2: 'Suite 3', city: 'Dallas', state: 'TX', postalCode: '75201' },
  timeZone: 'America/Chicago',
  phone: '+12145550142',
};

/** Somebody with one role at one place of the sandbox, who is a member there from now on. */
export async function memberAt(graph: TestGraph, role: string, place: string): Promise<Asker> {
  const at = placeTypeId(place);
  const who: InventedPersona = { sub: `usr_${role}_${place}`, name: 'Pat Reed', grants: [{ role, at }], description: '' };
  await graph.sql(
    `insert into clinics.membership (id, sub, role, at, starts_at) values (gen_random_uuid(), $1, $2, $3, now() - interval '1 day')`,
    [who.sub, role, at],
  );
  for (const running of Object.values(graph.running)) await running.refreshTenancy();
  return graph.asSomeone(who, { stepUp: true });
}

/** The subject of a persona's tokens. */
export const subOf = (persona: string): string => personas[persona]?.sub ?? '';

/** Holds rows in a transaction of its own, so that a test decides in which order two writers get there. */
export async function holding(graph: TestGraph, statement: string, values: unknown[]) {
  const client = new pg.Client({ connectionString: graph.database.ownerUrl });
  await client.connect();
  await client.query('begin');
  await client.query(statement, values);
  const release = () => client.query('commit');
  return {
    release,
    /** Until so many wait for a lock of this database. */
    waiting: async (many: number) =>
      vi.waitFor(async () => {
        const stuck = `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
        if ((await graph.sql(stuck)).length < many) throw new Error(`Fewer than ${many} wait.`);
      }, 60_000),
    [Symbol.asyncDispose]: () => client.end(),
  };
}
