/** The packs against their JSON Schema. */

import type { Problem } from '../check-lists.ts';
import type { PackFile } from '../rule.ts';

/** Every place of a file that is not of the schema's shape; none where the validator, which only developers install, is missing. */
export async function schemaProblems(files: readonly PackFile[], schema: object): Promise<Problem[]> {
  const validator = await import('ajv/dist/2020.js').catch(() => null);
  if (validator === null) return [];
  const validate = new validator.Ajv2020({ allErrors: true, allowUnionTypes: true }).compile(schema);
  return files.flatMap(({ file, ...pack }) => {
    const fine = validate(pack) as boolean;
    if (fine) return [];
    return (validate.errors ?? []).map(({ instancePath, message, params }): Problem => {
      const place = /^\/rules\/(\d+)/.exec(instancePath)?.[1];
      const rule = place === undefined ? undefined : pack.rules[Number(place)];
      const where = instancePath.replace(/^\/rules\/\d+/, '');
      const extra = 'additionalProperty' in params ? ` (${params.additionalProperty})` : '';
      return { file, ruleId: rule?.id ?? null, reason: `schema: ${where === '' ? '' : `${where} `}${message}${extra}` };
    });
  });
}
