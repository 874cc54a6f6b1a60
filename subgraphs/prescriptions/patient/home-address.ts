/** An address as an input carries it; the state's type is that of the graph's enum. */
interface AddressGiven {
  readonly line1: string;
  readonly line2?: string | null;
  readonly city: string;
  readonly state: unknown;
  readonly postalCode: string;
}

/** The columns of a home address. A second line that is left out is none: an address is replaced as a whole. */
export function homeAddress(address: AddressGiven) {
  const { line1, line2, city, state, postalCode } = address;
  return { line1, line2: line2 ?? null, city, state: String(state), postalCode };
}
