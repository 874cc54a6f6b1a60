-- safe while old code runs

-- AlterTable
ALTER TABLE "collaborative_agreement" ADD COLUMN     "follows_id" UUID;

-- CreateIndex
CREATE INDEX "collaborative_agreement_follows_id_idx" ON "collaborative_agreement"("follows_id");

-- AddForeignKey
ALTER TABLE "collaborative_agreement" ADD CONSTRAINT "collaborative_agreement_follows_id_fkey" FOREIGN KEY ("follows_id") REFERENCES "collaborative_agreement"("id") ON DELETE SET NULL ON UPDATE CASCADE;


-- What the models can't say.
alter table collaborative_agreement add check (follows_id is distinct from id);

-- An agreement is kept by the clinic it was drafted for. One of a time before that was recorded is kept wherever the one supervised works.
alter policy kept on collaborative_agreement
  using (case when clinic_id is null then works_at(supervisee_id, (select may('agreement:draft'))::uuid[])
    else clinic_id = any ((select may('agreement:draft'))::uuid[]) end)
  with check (case when clinic_id is null then works_at(supervisee_id, (select may('agreement:draft'))::uuid[])
    else clinic_id = any ((select may('agreement:draft'))::uuid[]) end);

-- It begins no earlier than its second signature, and may end earlier than agreed.
grant update (starts_on, ends_on) on collaborative_agreement to goodfaith_physicians;
create function refuse_agreement_move() returns trigger language plpgsql set search_path = physicians, pg_temp as $$
begin
  if current_user <> 'goodfaith_physicians' then
    return new;
  end if;
  if old.status is distinct from new.status
    and (old.status, new.status) not in (('DRAFT', 'ACTIVE'), ('DRAFT', 'TERMINATED'), ('ACTIVE', 'TERMINATED'), ('SUSPENDED', 'TERMINATED')) then
    raise exception 'an agreement does not move from % to %', old.status, new.status using errcode = 'check_violation';
  end if;
  if new.status = 'ACTIVE' and old.status = 'DRAFT'
    and (new.drafted_by is null or new.supervisor_signed_at is null or new.supervisee_signed_at is null) then
    raise exception 'an agreement is in force by both signatures' using errcode = 'check_violation';
  end if;
  if (new.starts_on is distinct from old.starts_on and not (old.status = 'DRAFT' and new.status = 'ACTIVE' and new.starts_on > old.starts_on))
    or (new.ends_on is distinct from old.ends_on and (new.ends_on is null or new.ends_on > old.ends_on))
    or (old.filed_on is not null and new.filed_on is distinct from old.filed_on) then
    raise exception 'the days of an agreement are not rewritten' using errcode = 'insufficient_privilege';
  end if;
  return new;
end $$;
create trigger moves before update on collaborative_agreement for each row execute function refuse_agreement_move();
revoke execute on function refuse_agreement_move() from goodfaith_physicians;
