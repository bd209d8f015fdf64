-- Which site has approved which amendment, and so which protocol is in force there

create table protocol_approval (
    site_id text not null references site,
    effective_from date not null references protocol on update cascade,
    approved date not null check (approved between '1900-01-01' and '9999-12-31'),
    primary key (site_id, effective_from)
);

comment on table protocol_approval is 'the approvals of amendments that need one at each site. The approval of an amendment is one of those before it, too';
comment on column protocol_approval.site_id is 'the site';
comment on column protocol_approval.effective_from is 'the amendment: the first day of its row in table protocol';
comment on column protocol_approval.approved is 'the first day on which it may be applied at the site';

-- A set, so that the planner puts it in the place of the call.
create function protocol_day(site_id text, day date) returns table (day date)
    language sql stable parallel safe
    begin atomic
        select least(protocol_day.day, (
            select min(amended.effective_from) - 1
            from protocol as amended
            where amended.needs_approval and amended.effective_from <= protocol_day.day
                and amended.effective_from > coalesce((
                    select max(approval.effective_from)
                    from protocol_approval as approval
                    where approval.site_id = protocol_day.site_id
                        and approval.approved <= protocol_day.day), '-infinity')));
    end;
comment on function protocol_day(text, date) is 'the day of whose protocol a site works on a day: the day itself, or the last before an amendment that the site has not approved by then. Whatever has an effective_from is read of this day';

-- By the key of the row: the planner knows that there is one at most, and that it
-- need not look where no column is read.
create function protocol_in_force(site_id text, day date) returns setof protocol_period
    language sql stable parallel safe
    begin atomic
        select protocol.*, coalesce((
            select min(later.effective_from)
            from protocol as later
            where later.effective_from > protocol.effective_from), 'infinity') as effective_before
        from protocol
        where protocol.effective_from = (
            select max(reached.effective_from)
            from protocol_day(protocol_in_force.site_id, protocol_in_force.day) as known
            join protocol as reached on reached.effective_from <= known.day);
    end;
comment on function protocol_in_force(text, date) is 'the row of protocol that applies at a site on a day';
