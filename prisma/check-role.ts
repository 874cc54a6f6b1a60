import type pg from 'pg';
import { StartRefused } from './start-refused.ts';

interface Powers {
  readonly name: string;
  readonly superuser: boolean;
  readonly bypasses: boolean;
  readonly owns: string | null;
  readonly owner_role: string | null;
}

/**
 * Refuses to serve with a role that row-level security does not hold: a superuser, one with BYPASSRLS, the owner of
 * anything in this database, or a member of such a role.
 */
export async function refusePowerfulRole(pool: pg.Pool): Promise<void> {
  const { rows } = await pool.query<Powers>(`
    with recursive held(oid) as (
      select oid from pg_roles where rolname = current_user
      union
      select m.roleid from pg_auth_members m join held on m.member = held.oid
    ), powerful(oid) as (
      select d.refobjid from pg_shdepend d
      where d.deptype = 'o' and d.refclassid = 'pg_authid'::regclass and d.dbid in (0, (select oid from pg_database where datname = current_database()))
    )
    select me.rolname as name, me.rolsuper as superuser, me.rolbypassrls as bypasses,
      (select pg_describe_object(d.classid, d.objid, d.objsubid) from pg_shdepend d
        where d.deptype = 'o' and d.refclassid = 'pg_authid'::regclass and d.refobjid = me.oid
          and d.dbid in (0, (select oid from pg_database where datname = current_database())) limit 1) as owns,
      (select r.rolname from held join pg_roles r using (oid)
        where r.oid <> me.oid and (r.rolsuper or r.rolbypassrls or r.oid in (select oid from powerful)) limit 1) as owner_role
    from pg_roles me where me.rolname = current_user`);
  const role = rows[0];
  const reason =
    role === undefined
      ? 'is unknown'
      : role.superuser
        ? 'is a superuser'
        : role.bypasses
          ? 'bypasses row-level security'
          : role.owns
            ? `owns ${role.owns}`
            : role.owner_role
              ? `is a member of ${role.owner_role}`
              : null;
  if (reason)
    throw new StartRefused(
      `The database role ${role?.name ?? ''} ${reason}, so row-level security would not hold: connect as a role that has no more than its grants.`,
    );
}
