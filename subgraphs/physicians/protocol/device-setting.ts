import { z } from 'zod';
import type { InputIssue } from '#kernel/errors.ts';
import { unitMisprint } from '#kernel/identifiers-product.ts';
import { builder } from '../builder.ts';
import { deviceCode } from '../delegation/device-code.ts';

/** The range a device is set within. */
export const DeviceSettingInput = builder.inputType('ProtocolDeviceSettingInput', {
  description: 'The range within which one setting of a device stays.',
  fields: (t) => ({
    device: t.string({
      required: true,
      description: 'Code of the device, in lower-case words joined by hyphens: the one delegations and competencies name.',
    }),
    parameter: t.string({ required: true, description: 'What is set, for example fluence or pulse width: at most 100 characters.' }),
    minimum: t.field({ type: 'Decimal', required: true, description: 'The least, in the unit: below zero only as a temperature.' }),
    maximum: t.field({ type: 'Decimal', required: true, description: 'The most, in the unit: no less than the least.' }),
    unit: t.string({
      required: true,
      description: 'Unit, as its UCUM code where there is one, for example J/cm2 or ms: at most 20 characters.',
    }),
  }),
});

type Given = typeof DeviceSettingInput.$inferInput;

/** What can be said of settings without comparing them. */
export const deviceSettingsShape = z
  .array(
    z
      .object({
        device: deviceCode,
        parameter: z.string().trim().min(1, 'The parameter is empty.').max(100, 'The parameter has at most 100 characters.'),
        unit: z.string().regex(/^[!-~]{1,20}$/, 'A unit is a code without blanks, of at most 20 characters.'),
      })
      .loose(),
  )
  .max(100, 'A list has at most 100 entries.');

/** UCUM's temperatures: a device that cools is set below zero. */
const canBeBelowNothing: ReadonlySet<string> = new Set(['Cel', '[degF]']);

/** What is wrong with settings beyond their shape. */
export function issuesOfSettings(settings: readonly Given[]): InputIssue[] {
  const named = settings.map(({ device, parameter }) => `${device} ${parameter.trim().toLowerCase()}`);
  return settings.flatMap(({ minimum, maximum, unit }, index): InputIssue[] => {
    const path = `input.content.deviceSettings.${index}`;
    const misprint = unitMisprint(unit);
    const belowNothing = Number(minimum) < 0 && !canBeBelowNothing.has(unit);
    return [
      ...(belowNothing ? [{ path: `${path}.minimum`, message: 'Nothing but a temperature is set below nothing.' }] : []),
      ...(Number(minimum) > Number(maximum) ? [{ path: `${path}.maximum`, message: 'The most is no less than the least.' }] : []),
      ...(misprint === null ? [] : [{ path: `${path}.unit`, message: `That is no usable unit: ${misprint}.` }]),
      ...(named.indexOf(named[index] ?? '') < index
        ? [{ path: `${path}.parameter`, message: 'This setting of the device is named before.' }]
        : []),
    ];
  });
}

/** Settings as they are stored and signed. */
export function settingsOf(given: readonly Given[]) {
  return given.map(({ device, parameter, minimum, maximum, unit }) => ({ device, parameter: parameter.trim(), minimum, maximum, unit }));
}
