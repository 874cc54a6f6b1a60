-- safe while old code runs

-- What a protocol says is clinical, and no neighbour reads it; but signing an order asks for the most it lets be given. One function reads that much and no more, by a
-- right that nobody holds outside it.
create policy limits on protocol_content for select to goodfaith_physicians using ((select everywhere('protocol-limits:read')));

create function content_limits(the_version uuid) returns jsonb language sql stable
  set search_path = physicians, pg_temp set app.everywhere = '{protocol-limits:read}' as $$
  select coalesce(c.content -> 'doseLimits', '[]') from protocol_content c where c.version_id = the_version
$$;

-- Null of a version that says nothing, and to whoever may not ask.
create function dose_limits(the_version uuid) returns jsonb language sql stable set search_path = physicians, pg_temp as $$
  select case when everywhere('authority-facts:read') then content_limits(the_version) end
$$;
