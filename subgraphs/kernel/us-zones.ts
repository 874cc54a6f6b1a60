/** Every zone of the IANA database (zone1970.tab) that keeps the time of a place in the fifty states or DC. */
const zones: ReadonlySet<string> = new Set([
  ...['New_York', 'Detroit', 'Chicago', 'Menominee', 'Denver', 'Boise', 'Phoenix', 'Los_Angeles'].map((city) => `America/${city}`),
  ...['Anchorage', 'Juneau', 'Sitka', 'Metlakatla', 'Yakutat', 'Nome', 'Adak'].map((city) => `America/${city}`),
  ...['Louisville', 'Monticello'].map((city) => `America/Kentucky/${city}`),
  ...['Indianapolis', 'Vincennes', 'Winamac', 'Marengo', 'Petersburg', 'Vevay', 'Tell_City', 'Knox'].map(
    (city) => `America/Indiana/${city}`,
  ),
  ...['Center', 'New_Salem', 'Beulah'].map((city) => `America/North_Dakota/${city}`),
  'Pacific/Honolulu',
]);

/** Whether a place in the fifty states or DC can keep its hours by this zone. */
export function isUsZone(zone: string): boolean {
  return zones.has(zone);
}
