-- safe while old code runs

-- AlterTable
ALTER TABLE "engagement" ADD COLUMN     "closed_as" TEXT,
ADD COLUMN     "follows_id" UUID,
ADD COLUMN     "primary_practice" BOOLEAN NOT NULL DEFAULT false;

-- CreateIndex
CREATE INDEX "engagement_follows_id_idx" ON "engagement"("follows_id");

-- AddForeignKey
ALTER TABLE "engagement" ADD CONSTRAINT "engagement_follows_id_fkey" FOREIGN KEY ("follows_id") REFERENCES "engagement"("id") ON DELETE SET NULL ON UPDATE CASCADE;


-- What the models can't say. A proposal that was declined or withdrawn stays a draft, which carries nothing and opens nobody's credentials.
alter table engagement
  add check (closed_as in ('DECLINED', 'WITHDRAWN')),
  add check (closed_as is null or status = 'DRAFT'),
  add check (follows_id is distinct from id);
alter table engagement_event drop constraint engagement_event_kind_check, drop constraint engagement_event_check;
alter table engagement_event
  add check (kind in ('PROPOSED', 'DECLINED', 'WITHDRAWN', 'ACCEPTED', 'SUSPENDED', 'RESUMED', 'NOTICE', 'AMENDED')),
  add check ((kind in ('NOTICE', 'AMENDED')) = (last_day is not null));

grant update (closed_as, primary_practice) on engagement to goodfaith_physicians;
create policy withdrawn on engagement for update to goodfaith_physicians
  using (status = 'DRAFT' and clinic_id = any ((select may('engagement:arrange'))::uuid[]))
  with check (status = 'DRAFT' and closed_as = 'WITHDRAWN' and clinic_id = any ((select may('engagement:arrange'))::uuid[]));

-- Policies are joined by "or", so what each side may write is said here: a proposal is closed once, by the side whose word that is, and
-- what was accepted keeps its first day and ends earlier than agreed or not at all.
create function refuse_engagement_rewriting() returns trigger language plpgsql set search_path = physicians, pg_temp as $$
begin
  if current_user <> 'goodfaith_physicians' then
    return new;
  end if;
  if old.status = 'DRAFT' and new.status = 'DRAFT' then
    if old.closed_as is not null or new.closed_as is null
      or (new.closed_as = 'DECLINED') <> (old.practitioner_id is not distinct from engaged_self())
      or (to_jsonb(new) - 'closed_as') <> (to_jsonb(old) - 'closed_as') then
      raise exception 'a proposal is declined or withdrawn, once, and not rewritten' using errcode = 'insufficient_privilege';
    end if;
  elsif old.status <> 'DRAFT' and (
    (new.starts_on, new.accepted_at, new.primary_practice) is distinct from (old.starts_on, old.accepted_at, old.primary_practice)
    or (old.ends_on is not null and (new.ends_on is null or new.ends_on > old.ends_on))) then
    raise exception 'what was accepted keeps its first day, and its last one only comes earlier' using errcode = 'insufficient_privilege';
  end if;
  return new;
end $$;
create trigger not_rewritten before update on engagement for each row execute function refuse_engagement_rewriting();
revoke execute on function refuse_engagement_rewriting() from goodfaith_physicians;

-- Who directs a clinic, and until when: for its two sides, each of whom must know who stays when one leaves.
create function directing_there(clinic uuid) returns setof engagement language sql stable
  set search_path = physicians, pg_temp set app.everywhere = '{authority-facts:read}' as $$
  select e.* from engagement e
  where e.clinic_id = clinic and e.role = 'MEDICAL_DIRECTOR' and e.status in ('ACTIVE', 'SUSPENDED', 'ENDING')
    and (clinic = any ((select may('engagement:arrange'))::uuid[])
      or (select engaged_self()) in (select o.practitioner_id from engagement o where o.clinic_id = clinic and o.status <> 'DRAFT'))
$$;
