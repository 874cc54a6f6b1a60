import { z } from 'zod';
import { audit } from '#kernel/audit.ts';
import { type InputIssue, InvalidInput } from '#kernel/errors.ts';
import { deaProblem, deaRegistrant, feiProblem, ncpdpProblem, npiProblem } from '#kernel/identifiers.ts';
import { phoneProblem } from '#kernel/identifiers-contact.ts';
import { isUsZone } from '#kernel/us-zones.ts';
import { builder, graph, type Tx } from '../builder.ts';
import { FacilityClass, Pharmacy } from '../pharmacy/pharmacy.ts';
import { line } from './plain-text.ts';

const Input = builder.inputType('RegisterPharmacyInput', {
  description: 'A facility that comes in.',
  fields: (t) => ({
    name: t.string({ required: true, description: 'Its name: 1 to 120 characters.' }),
    facilityClass: t.field({ type: FacilityClass, required: true, description: 'Under which section it compounds. It does not change.' }),
    npi: t.string({ required: true, description: 'National Provider Identifier: ten digits, the last a check digit. It does not change.' }),
    ncpdpId: t.string({ description: 'NCPDP provider id, where it has one: seven digits, the last a check digit.' }),
    fei: t.string({ description: 'FDA establishment identifier: seven or ten digits. An outsourcing facility has one.' }),
    deaNumber: t.string({ description: 'Its DEA registration, where it has one: two letters and seven digits, the last a check digit.' }),
    phone: t.string({ required: true, description: 'Its telephone, E.164.' }),
    address: t.field({ type: graph.AddressInput, required: true, description: 'Where it stands. The state does not change.' }),
    timeZone: t.string({ required: true, description: 'IANA time zone of its days, for example America/Chicago.' }),
  }),
  validate: z.object({ name: line('The name', 120) }).loose(),
});

type Told = typeof Input.$inferInput;

function deaOfFacility(text: string): string | null {
  const problem = deaProblem(text);
  if (problem !== null) return problem;
  return deaRegistrant(text) === 'mid-level-practitioner' ? 'begins with M, which stands for a person and not for a facility' : null;
}

function feiOf(fei: string | null | undefined, facilityClass: string): string | null {
  if (fei != null) return feiProblem(fei);
  return facilityClass === 'OUTSOURCING_503B' ? 'is needed: an outsourcing facility is registered with FDA' : null;
}

function issuesOf({ facilityClass, npi, ncpdpId, fei, deaNumber, phone, timeZone }: Told): InputIssue[] {
  const checks: [field: string, problem: string | null][] = [
    ['npi', npiProblem(npi)],
    ['ncpdpId', ncpdpId == null ? null : ncpdpProblem(ncpdpId)],
    ['fei', feiOf(fei, facilityClass)],
    ['deaNumber', deaNumber == null ? null : deaOfFacility(deaNumber)],
    ['phone', phoneProblem(phone)],
    ['timeZone', isUsZone(timeZone) ? null : 'must be an IANA time zone of a state or of DC, like America/Chicago'],
  ];
  return checks.flatMap(([field, problem]) => (problem === null ? [] : [{ path: `input.${field}`, message: problem }]));
}

/** Numbers that another facility here has. Two who register at once stand in line, since neither would see the other's. */
async function takenBy(tx: Tx, { npi, ncpdpId, fei }: Told): Promise<InputIssue[]> {
  await tx.$queryRawUnsafe(`select pg_advisory_xact_lock(hashtextextended('pharmacy-register', 0))::text`);
  const given = Object.entries({ npi, ncpdpId, fei }).filter((one): one is [string, string] => one[1] != null);
  const issues: InputIssue[] = [];
  for (const [field, value] of given) {
    if ((await tx.pharmacy.count({ where: { [field]: value } })) > 0)
      issues.push({ path: `input.${field}`, message: 'Another pharmacy has this number.' });
  }
  return issues;
}

builder.mutationField('registerPharmacy', (t) =>
  t.field({
    description:
      'Registers a facility, by an operator of the platform with a second factor. It is REGISTERED: its people can come in and record its papers, and nothing is offered, sent or filled there until another operator has admitted it (decidePharmacy). Check digits are checked; that a number was issued to it is not.',
    type: Pharmacy,
    authScopes: { may: 'pharmacy:register' },
    args: { input: t.arg({ type: Input, required: true, description: 'The facility.' }) },
    errors: {},
    resolve: (_root, args, ctx, info) =>
      ctx.write({ info, args, answer: 'pharmacy' }, async (tx) => {
        ctx.requireStepUp();
        const { name, facilityClass, npi, phone, timeZone, ncpdpId = null, fei = null, deaNumber = null } = args.input;
        const { line1, line2, city, state, postalCode } = args.input.address;
        const wrong = issuesOf(args.input);
        const issues = wrong.length > 0 ? wrong : await takenBy(tx, args.input);
        if (issues.length > 0) throw new InvalidInput(issues);
        const pharmacy = await tx.pharmacy.create({
          data: {
            ...{ id: ctx.newId(), name: name.trim(), facilityClass, npi, ncpdpId, fei, deaNumber, phone, timeZone },
            ...{ line1: line1.trim(), line2: line2?.trim() || null, city: city.trim(), homeState: String(state), postalCode },
            ...{ status: 'REGISTERED', registeredBy: ctx.actor.sub, registeredAt: ctx.now() },
          },
        });
        await audit(tx, ctx, {
          ...{ action: 'pharmacy.registered', tenantId: pharmacy.id, subjectKind: 'pharmacy', subjectId: pharmacy.id },
          detail: { facilityClass, npi, state },
        });
        return pharmacy;
      }),
  }),
);
