/** States as lists of excluded persons write them. */

/** Names of states that SAM's extract has where a code is meant. */
const codes: Readonly<Record<string, string>> = {
  ...{ ALABAMA: 'AL', ALASKA: 'AK', ARIZONA: 'AZ', ARKANSAS: 'AR', CALIFORNIA: 'CA', COLORADO: 'CO', CONNECTICUT: 'CT', DELAWARE: 'DE' },
  ...{ DISTRICTOFCOLUMBIA: 'DC', FLORIDA: 'FL', GEORGIA: 'GA', HAWAII: 'HI', IDAHO: 'ID', ILLINOIS: 'IL', INDIANA: 'IN', IOWA: 'IA' },
  ...{ KANSAS: 'KS', KENTUCKY: 'KY', LOUISIANA: 'LA', MAINE: 'ME', MARYLAND: 'MD', MASSACHUSETTS: 'MA', MICHIGAN: 'MI', MINNESOTA: 'MN' },
  ...{ MISSISSIPPI: 'MS', MISSOURI: 'MO', MONTANA: 'MT', NEBRASKA: 'NE', NEVADA: 'NV', NEWHAMPSHIRE: 'NH', NEWJERSEY: 'NJ' },
  ...{ NEWMEXICO: 'NM', NEWYORK: 'NY', NORTHCAROLINA: 'NC', NORTHDAKOTA: 'ND', OHIO: 'OH', OKLAHOMA: 'OK', OREGON: 'OR' },
  ...{ PENNSYLVANIA: 'PA', RHODEISLAND: 'RI', SOUTHCAROLINA: 'SC', SOUTHDAKOTA: 'SD', TENNESSEE: 'TN', TEXAS: 'TX', UTAH: 'UT' },
  ...{ VERMONT: 'VT', VIRGINIA: 'VA', WASHINGTON: 'WA', WESTVIRGINIA: 'WV', WISCONSIN: 'WI', WYOMING: 'WY' },
};

/** The state that a list means: two letters, or empty where it does not say one, which may be any. */
export function stateRead(text: string): string {
  const letters = text.toUpperCase().replace(/[^A-Z]/g, '');
  return letters.length === 2 ? letters : (codes[letters] ?? '');
}
