-- Audit and outbox by months. {{schema}}, {{app}} and {{worker}} are filled in when the migration is written.
--
-- Both are partitioned by their id: a UUIDv7 begins with its moment in milliseconds, so the key stays what it was and a page
-- by id touches the months it shows. What stood before stays where it is, as the first partition; what no month holds goes
-- to the last one, so that no change fails for want of a month. Writers wait while the indexes of what stood before are built.

-- The least id of a moment; before 1970 there is none in an id, and all of them are later.
create function first_id_of(at timestamptz) returns uuid language sql stable parallel safe
  return (lpad(to_hex(greatest(0, floor(extract(epoch from at) * 1000))::bigint), 12, '0') || '00000000000000000000')::uuid;

-- The moment of an id, to the millisecond.
create function moment_of(id uuid) returns timestamptz language sql immutable parallel safe
  return to_timestamp(('x' || left(replace(id::text, '-', ''), 12))::bit(48)::bigint / 1000.0);

-- How far back the trail is kept: six whole years. 45 CFR 164.316(b)(2)(i) says six years of documentation; for audit logs no
-- federal text has a term, and six is the policy. Outbox rows are what proves a hand-off, and stay as long.
create function kept_since() returns timestamptz language sql stable parallel safe
  return date_trunc('month', now() at time zone 'UTC' - interval '6 years') at time zone 'UTC';

-- The partitions of a table with the ids they hold, from the first up to but without the end; the last one, of what no other holds, is left out.
create function months_of(whole text) returns table (part text, first_id uuid, end_id uuid)
language sql stable set search_path = {{schema}}, pg_temp as $$
  select c.relname::text, coalesce(substring(b.bound from $re$FROM \('([0-9a-f-]+)'\)$re$)::uuid, '00000000-0000-0000-0000-000000000000'),
    substring(b.bound from $re$TO \('([0-9a-f-]+)'\)$re$)::uuid
  from pg_inherits i join pg_class c on c.oid = i.inhrelid cross join lateral (select pg_get_expr(c.relpartbound, c.oid) as bound) b
  where i.inhparent = to_regclass(whole) and b.bound <> 'DEFAULT'
$$;

-- Makes the months from this one on that are not there yet, and answers how many. A month whose rows lie elsewhere already stays there.
create function make_months(ahead integer default 3) returns integer language plpgsql security definer
  set search_path = {{schema}}, pg_temp set lock_timeout = '5s' as $$
declare
  made integer := 0;
  this_month timestamp := date_trunc('month', now() at time zone 'UTC');
  whole text;
  from_month timestamp;
  begins uuid;
  part text;
begin
  perform pg_advisory_xact_lock(hashtext('months:{{schema}}'));
  foreach whole in array array['audit_event', 'audit_patient', 'outbox_event'] loop
    for nth in 0..ahead loop
      from_month := this_month + make_interval(months => nth);
      begins := first_id_of(from_month at time zone 'UTC');
      part := whole || to_char(from_month, '"_y"YYYY"m"MM');
      continue when exists (select from months_of(whole) m where m.first_id <= begins and m.end_id > begins);
      begin
        execute format('create table %I (like %I including defaults including constraints including storage)', part, whole);
        perform lock_month(whole, part);
        execute format('alter table %I attach partition %I for values from (%L) to (%L)', whole, part,
          begins, first_id_of((from_month + interval '1 month') at time zone 'UTC'));
        made := made + 1;
      exception when check_violation then
        null; -- a clock that ran ahead has put rows of this month into the last partition, and there they stay
      end;
    end loop;
  end loop;
  return made;
end $$;

-- Nobody reads or writes a partition by its own name, and what is insert-only is so there too.
create function lock_month(whole text, part text) returns void language plpgsql set search_path = {{schema}}, pg_temp as $$
begin
  execute format('alter table %I enable row level security', part);
  execute format('alter table %I force row level security', part);
  execute format('revoke all on %I from {{app}}, {{worker}}', part);
  if whole <> 'outbox_event' then
    execute format('create trigger insert_only before update or delete or truncate on %I for each statement execute function refuse_change()', part);
  end if;
end $$;

-- What stands now becomes the first partition of each, up to the end of the month in which its newest row is.
do $$
declare
  whole text;
  old_index text;
begin
  foreach whole in array array['audit_event', 'outbox_event'] loop
    execute format('alter table %I rename to %I', whole, whole || '_before');
    for old_index in select c.relname from pg_index i join pg_class c on c.oid = i.indexrelid where i.indrelid = to_regclass(whole || '_before') loop
      execute format('alter index %I rename to %I', old_index, replace(old_index, whole, whole || '_before'));
    end loop;
  end loop;
end $$;

drop trigger set_digest on audit_event_before;
drop trigger await_seal on audit_event_before;
drop index if exists audit_event_before_tenant_id_at_id_idx, audit_event_before_patient_id_at_idx, audit_event_before_actor_at_idx;
create table audit_event (like audit_event_before including defaults including constraints including storage) partition by range (id);
alter table audit_event add constraint audit_event_pkey primary key (id);
-- Newest first is by id, and so is whose it is: a page stops where it is full, in the month where it is.
create index audit_event_tenant_id_id_idx on audit_event (tenant_id, id);
create index audit_event_patient_id_id_idx on audit_event (patient_id, id);
create index audit_event_actor_id_idx on audit_event (actor, id);

-- Whom a row names that is about several patients: without it a patient's trail would be looked for in every row there is.
drop table if exists audit_patient; -- a subgraph that is new has an empty one by its models
create table audit_patient (
  patient_id uuid not null,
  row_id uuid not null,
  tenant_id uuid,
  constraint audit_patient_pkey primary key (patient_id, row_id)
) partition by range (row_id);
create table audit_patient_before (like audit_patient);

create table outbox_event (like outbox_event_before including defaults including constraints including storage) partition by range (id);
alter table outbox_event add constraint outbox_event_pkey primary key (id);
create index outbox_event_key_seq_idx on outbox_event (key, seq);
create index outbox_event_delivered_at_available_at_idx on outbox_event (delivered_at, available_at);
create index outbox_event_waiting on outbox_event (available_at) where delivered_at is null;

do $$
declare
  whole text;
  policy text;
  newest uuid;
  until timestamp;
begin
  foreach whole in array array['audit_event', 'audit_patient', 'outbox_event'] loop
    for policy in select polname from pg_policy where polrelid = to_regclass(whole || '_before') loop
      execute format('drop policy %I on %I', policy, whole || '_before');
    end loop;
    execute format('alter table %I no force row level security', whole || '_before');
    if whole <> 'audit_patient' then -- which ends where the rows do that it is about
      execute format('select id from %I order by id desc limit 1', whole || '_before') into newest;
    end if;
    execute format('alter table %I enable row level security', whole || '_before');
    execute format('alter table %I force row level security', whole || '_before');
    execute format('revoke all on %I from {{app}}, {{worker}}', whole || '_before');
    until := date_trunc('month', greatest(now(), coalesce(uuid_extract_timestamp(newest), now())) at time zone 'UTC') + interval '1 month';
    execute format('alter table %I attach partition %I for values from (minvalue) to (%L)', whole, whole || '_before', first_id_of(until at time zone 'UTC'));
    execute format('create table %I partition of %I default', whole || '_rest', whole);
    perform lock_month(whole, whole || '_rest');
  end loop;
end $$;

create function audit_digest(e audit_event) returns text language sql stable
  return encode(sha256(convert_to(jsonb_build_array(
    e.id, e.tenant_id, to_char(e.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), e.kind, e.action, e.actor,
    e.actor_name, e.service, e.purpose, e.subject_kind, e.subject_id, e.patient_id, e.request_id, e.detail
  )::text, 'UTF8')), 'hex');
drop function audit_digest(audit_event_before);
create trigger set_digest before insert on audit_event for each row execute function set_audit_digest();
create trigger await_seal after insert on audit_event for each row execute function await_seal();
create trigger insert_only before update or delete or truncate on audit_event for each statement execute function refuse_change();

alter table audit_event enable row level security;
alter table audit_event force row level security;
create policy written on audit_event for insert to {{app}}, {{worker}} with check (true);
create policy read_by_auditors on audit_event for select to {{app}}
  using (tenant_id = any ((select may('audit:read'))::uuid[]) or (select everywhere('audit:read')));
create policy read_by_sealer on audit_event for select to {{worker}} using (true);
revoke all on audit_event from {{app}}, {{worker}};
grant select, insert on audit_event to {{app}}, {{worker}};

create function name_patients() returns trigger language plpgsql set search_path = {{schema}}, pg_temp as $$
begin
  insert into audit_patient (patient_id, row_id, tenant_id)
    select distinct patient::uuid, new.id, new.tenant_id from jsonb_array_elements_text(new.detail -> 'patients') patient
    where patient ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$';
  return null;
end $$;
create trigger name_patients after insert on audit_event for each row
  when (new.patient_id is null and jsonb_typeof(new.detail -> 'patients') = 'array') execute function name_patients();
create trigger insert_only before update or delete or truncate on audit_patient for each statement execute function refuse_change();
create trigger insert_only before update or delete or truncate on audit_patient_before for each statement execute function refuse_change();

alter table audit_patient enable row level security;
alter table audit_patient force row level security;
create policy written on audit_patient for insert to {{app}}, {{worker}} with check (true);
create policy read_by_auditors on audit_patient for select to {{app}}
  using (tenant_id = any ((select may('audit:read'))::uuid[]) or (select everywhere('audit:read')));
create policy read_by_sealer on audit_patient for select to {{worker}} using (true);
revoke all on audit_patient from {{app}}, {{worker}};
grant select, insert on audit_patient to {{app}}, {{worker}};

alter table outbox_event enable row level security;
alter table outbox_event force row level security;
create policy written on outbox_event for insert to {{app}} with check ((select acting()) is not null);
create policy read_by_service on outbox_event for select to {{app}} using ((select everywhere('hand-off:receive')));
create policy settled_by_service on outbox_event for update to {{app}} using ((select everywhere('hand-off:receive')));
create policy delivered on outbox_event to {{worker}} using (true) with check (true);
revoke delete on outbox_event from {{app}};
grant select, insert, update, delete on outbox_event to {{worker}};

-- What was read of several patients before.
alter table audit_event_before no force row level security;
insert into audit_patient (patient_id, row_id, tenant_id)
  select distinct patient::uuid, e.id, e.tenant_id from audit_event_before e cross join lateral jsonb_array_elements_text(e.detail -> 'patients') patient
  where patient ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' and e.patient_id is null and jsonb_typeof(e.detail -> 'patients') = 'array';
alter table audit_event_before force row level security;

select make_months();

revoke execute on function make_months(integer), lock_month(text, text), name_patients() from {{app}};
grant execute on function make_months(integer), months_of(text), first_id_of(timestamptz), moment_of(uuid), kept_since(), audit_digest(audit_event) to {{worker}};
