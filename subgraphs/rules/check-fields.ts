/** Which fields an object of the packs may have, and what each must be. An unknown one is a fault: a mistyped end date would be lost in silence. */

/** Every field an object may have, with what is wrong with its value in words, null when nothing is (or when another check says). */
export type Fields = Readonly<Record<string, (value: unknown) => string | null>>;

/** The faults of an object's fields: unknown ones first, then what is wrong with the known ones. */
export function faultsOf(object: Readonly<Record<string, unknown>>, fields: Fields): string[] {
  const unknown = Object.keys(object).filter((name) => !Object.hasOwn(fields, name));
  const wrong = Object.entries(fields).flatMap(([name, fault]) => {
    const said = fault(object[name]);
    return said === null ? [] : [`${name} ${said}`];
  });
  return [...unknown.map((name) => `there is no field ${JSON.stringify(name)}`), ...wrong];
}

/** Whether it is an object with fields: no list, not null. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A text with something in it. */
export function textFault(value: unknown): string | null {
  return typeof value === 'string' && value.trim() !== '' ? null : 'is not a text';
}

/** A text, or nothing. */
export function noteFault(value: unknown): string | null {
  return value === undefined || value === null || typeof value === 'string' ? null : 'is not a text';
}
