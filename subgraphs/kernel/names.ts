/** The four subgraphs. Each has its own PostgreSQL schema, roles, keys and process under this name. */
export const subgraphNames = ['clinics', 'physicians', 'prescriptions', 'pharmacies'] as const;

/** One of the four subgraphs, as it is called in routes, schemas, roles and keys. */
export type SubgraphName = (typeof subgraphNames)[number];
