/** The database every test file starts from a copy of. Nothing may stay connected to it. */
export const template = 'goodfaith_template';

/** The same with the invented world in it. */
export const seeded = 'goodfaith_seeded';

/** Roles are the server's, not a database's, so all test databases share these passwords. */
export const testPasswordsOf = (name: string) => ({ app: `app-${name}`, worker: `worker-${name}` });
