import { z } from 'zod';
import { audit } from '#kernel/audit.ts';
import { type InputIssue, InvalidInput } from '#kernel/errors.ts';
import { feiProblem, ncpdpProblem } from '#kernel/identifiers.ts';
import { phoneProblem } from '#kernel/identifiers-contact.ts';
import { builder, graph } from '../builder.ts';
import { Pharmacy } from '../pharmacy/pharmacy.ts';
import { ownPharmacy } from './own-pharmacy.ts';

const Input = builder.inputType('AmendFacilityInput', {
  description: 'What of a facility’s identity has changed; what is left out stays. Its NPI, its kind and its state do not change.',
  fields: (t) => ({
    pharmacyId: t.id({ required: true, description: 'The facility.' }),
    ncpdpId: t.string({ description: 'NCPDP provider id: seven digits, the last a check digit.' }),
    fei: t.string({ description: 'FDA establishment identifier: seven or ten digits.' }),
    phone: t.string({ description: 'Its telephone, E.164.' }),
    address: t.field({ type: graph.AddressInput, description: 'Where it stands.' }),
  }),
  validate: z.object({}).loose(),
});

type Told = typeof Input.$inferInput;

function issuesOf({ ncpdpId, fei, phone, address }: Told, homeState: string): InputIssue[] {
  const checks: [field: string, problem: string | null][] = [
    ['ncpdpId', ncpdpId == null ? null : ncpdpProblem(ncpdpId)],
    ['fei', fei == null ? null : feiProblem(fei)],
    ['phone', phone == null ? null : phoneProblem(phone)],
    [
      'address.state',
      address == null || address.state === homeState ? null : `must be ${homeState}: a facility elsewhere is another facility`,
    ],
  ];
  return checks.flatMap(([field, problem]) => (problem === null ? [] : [{ path: `input.${field}`, message: problem }]));
}

builder.mutationField('amendFacility', (t) =>
  t.field({
    description: 'Changes how a facility is known and reached. Check digits are checked; that a number was issued to it is not.',
    type: Pharmacy,
    authScopes: { may: 'facility:keep' },
    args: { input: t.arg({ type: Input, required: true, description: 'What has changed.' }) },
    errors: {},
    resolve: (_root, args, ctx, info) =>
      ctx.write({ info, args, answer: 'pharmacy' }, async (tx) => {
        const id = ownPharmacy(ctx, args.input.pharmacyId, 'facility:keep');
        ctx.requireStepUp();
        const { homeState } = await tx.pharmacy.findUniqueOrThrow({ where: { id } });
        const { ncpdpId, fei, phone, address } = args.input;
        const issues = issuesOf(args.input, homeState);
        if (ncpdpId != null && (await tx.pharmacy.count({ where: { ncpdpId, id: { not: id } } })) > 0) {
          issues.push({ path: 'input.ncpdpId', message: 'Another pharmacy has this id.' });
        }
        if (issues.length > 0) throw new InvalidInput(issues);
        const changed = {
          ...(ncpdpId != null && { ncpdpId }),
          ...(fei != null && { fei }),
          ...(phone != null && { phone }),
          ...(address != null && {
            ...{
              line1: address.line1.trim(),
              line2: address.line2?.trim() ?? null,
              city: address.city.trim(),
              postalCode: address.postalCode,
            },
          }),
        };
        if (Object.keys(changed).length === 0) throw new InvalidInput([{ path: 'input', message: 'Nothing is to be changed.' }]);
        await tx.pharmacy.updateMany({ where: { id }, data: changed });
        await audit(tx, ctx, {
          ...{ action: 'facility.amended', tenantId: id, subjectKind: 'pharmacy', subjectId: id },
          detail: { changed: Object.keys(changed) },
        });
        return tx.pharmacy.findUniqueOrThrow({ where: { id } });
      }),
  }),
);
