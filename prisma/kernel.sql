-- The kernel's tables, as far as models can't say it. {{schema}}, {{app}} and {{worker}} are filled in when a subgraph's
-- first migration is written; roles and their default rights are made by roles.ts before any migration runs.

-- What the actor of this transaction may do, and where. STABLE: as IMMUTABLE, a cached plan would keep another actor's answer.
create function may(permission text) returns uuid[] language sql stable parallel safe
  return nullif(current_setting('app.may_' || translate(permission, ':-', '__'), true), '')::uuid[];

create function everywhere(permission text) returns boolean language sql stable parallel safe
  return permission = any (nullif(current_setting('app.everywhere', true), '')::text[]);

create function acting() returns text language sql stable parallel safe
  return nullif(current_setting('app.actor', true), '');

-- Audit: insert-only, with a digest of its own content. An edit that got past the trigger no longer matches the digest,
-- and an edited digest no longer matches the seal.
alter table audit_event add check (kind in ('CHANGE', 'ACCESS', 'REFUSAL'));

create function audit_digest(e audit_event) returns text language sql stable
  return encode(sha256(convert_to(jsonb_build_array(
    e.id, e.tenant_id, to_char(e.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), e.kind, e.action, e.actor,
    e.actor_name, e.service, e.purpose, e.subject_kind, e.subject_id, e.patient_id, e.request_id, e.detail
  )::text, 'UTF8')), 'hex');

create function set_audit_digest() returns trigger language plpgsql set search_path = {{schema}}, pg_temp as $$
begin
  new.hash := audit_digest(new);
  return new;
end $$;
create trigger set_digest before insert on audit_event for each row execute function set_audit_digest();

create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% is insert-only', tg_table_name using errcode = 'insufficient_privilege';
end $$;
create trigger insert_only before update or delete or truncate on audit_event for each statement execute function refuse_change();
create trigger insert_only before update or delete or truncate on audit_seal for each statement execute function refuse_change();

alter table audit_event enable row level security;
alter table audit_event force row level security;
create policy written on audit_event for insert to {{app}}, {{worker}} with check (true);
create policy read_by_auditors on audit_event for select to {{app}}
  using (tenant_id = any ((select may('audit:read'))::uuid[]) or (select everywhere('audit:read')));
create policy read_by_sealer on audit_event for select to {{worker}} using (true);
revoke all on audit_event from {{app}}, {{worker}};
grant select, insert on audit_event to {{app}}, {{worker}};

alter table audit_seal enable row level security;
alter table audit_seal force row level security;
create policy read_by_auditors on audit_seal for select to {{app}}
  using (tenant_id = any ((select may('audit:read'))::uuid[]) or (select everywhere('audit:read')));
create policy sealed on audit_seal to {{worker}} using (true) with check (true);
revoke all on audit_seal from {{app}}, {{worker}};
grant select on audit_seal to {{app}};
grant select, insert on audit_seal to {{worker}};

-- What waits to be sealed: the sealer reads this instead of looking through the whole trail each second.
create function await_seal() returns trigger language plpgsql set search_path = {{schema}}, pg_temp as $$
begin
  insert into audit_unsealed (row_id) values (new.id);
  return null;
end $$;
create trigger await_seal after insert on audit_event for each row execute function await_seal();
alter table audit_unsealed enable row level security;
alter table audit_unsealed force row level security;
create policy queued on audit_unsealed for insert to {{app}}, {{worker}} with check (true);
create policy sealed on audit_unsealed to {{worker}} using (true) with check (true);
revoke all on audit_unsealed from {{app}}, {{worker}};
grant insert on audit_unsealed to {{app}}, {{worker}};
grant select, delete on audit_unsealed to {{worker}};

-- Outbox: any actor's transaction may write a row; only the subgraph itself reads rows and settles them, since they name patients of every place.
create index outbox_event_waiting on outbox_event (available_at) where delivered_at is null;
alter table outbox_event enable row level security;
alter table outbox_event force row level security;
create policy written on outbox_event for insert to {{app}} with check ((select acting()) is not null);
create policy read_by_service on outbox_event for select to {{app}} using ((select everywhere('hand-off:receive')));
create policy settled_by_service on outbox_event for update to {{app}} using ((select everywhere('hand-off:receive')));
create policy delivered on outbox_event to {{worker}} using (true) with check (true);
revoke delete on outbox_event from {{app}};
grant select, insert, update, delete on outbox_event to {{worker}};

-- Idempotency keys are the caller's own.
alter table idempotency_record enable row level security;
alter table idempotency_record force row level security;
create policy own_keys on idempotency_record to {{app}} using (actor = (select acting())) with check (actor = (select acting()));
create policy expired on idempotency_record to {{worker}} using (true) with check (true);
grant select, delete on idempotency_record to {{worker}};

-- The copy of the tenancy names no patient: read by everybody, written by the job that refreshes it.
alter table tenancy_state add check (id = 1);
alter table tenancy_clinic enable row level security;
alter table tenancy_clinic force row level security;
alter table tenancy_membership enable row level security;
alter table tenancy_membership force row level security;
alter table tenancy_state enable row level security;
alter table tenancy_state force row level security;
create policy read on tenancy_clinic for select to {{app}} using (true);
create policy read on tenancy_membership for select to {{app}} using (true);
create policy read on tenancy_state for select to {{app}} using (true);
create policy refreshed on tenancy_clinic to {{worker}} using (true) with check (true);
create policy refreshed on tenancy_membership to {{worker}} using (true) with check (true);
create policy refreshed on tenancy_state to {{worker}} using (true) with check (true);
revoke insert, update, delete on tenancy_clinic, tenancy_membership, tenancy_state from {{app}};
grant select, insert, update, delete on tenancy_clinic, tenancy_membership, tenancy_state to {{worker}};

-- Triggers call these, nobody else.
revoke execute on function set_audit_digest(), await_seal(), refuse_change() from {{app}};
grant execute on function may(text), everywhere(text), acting(), audit_digest(audit_event) to {{worker}};
