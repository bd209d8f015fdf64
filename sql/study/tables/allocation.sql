-- Randomisation: the list, what is allocated from it, and unblinding.  The
-- functions of the triggers run as the owner, since who allocates or unblinds may
-- not read what they look up.

create table allocation_list (
    stratum text not null default 'all',
    place whole_number not null check (place > 0),
    code text not null unique check (code ~ '[^[:space:]]'),
    block whole_number check (block > 0),
    arm text not null references arm,
    primary key (stratum, place)
);

comment on table allocation_list is 'the randomisation list: made by make_allocation_list() or imported, read by the role of randomisation and the owner of the study alone';
comment on column allocation_list.stratum is 'the stratum';
comment on column allocation_list.place is 'the order within the stratum in which the list is used';
comment on column allocation_list.code is 'the randomisation number';
comment on column allocation_list.block is 'the permuted block; null where the list does not say';
comment on column allocation_list.arm is 'the arm';

create table allocation (
    site_id text not null,
    subject_id text not null,
    allocated date not null default today()
        check (allocated between '1900-01-01' and '9999-12-31'),
    stratum text not null default 'all',
    code text unique,
    arm text not null references arm,
    primary key (site_id, subject_id),
    foreign key (site_id, subject_id) references enrolment on update cascade
);

comment on table allocation is 'which arm a subject is allocated to: one row per subject, which nothing changes. INSERT takes the next place of the list';
comment on column allocation.site_id is 'the site';
comment on column allocation.subject_id is 'the subject''s code';
comment on column allocation.allocated is 'the day of randomisation';
comment on column allocation.stratum is 'the stratum';
comment on column allocation.code is 'the randomisation number, set by the database; null where the study has no list';
comment on column allocation.arm is 'the arm, set by the database; given by who enters the row where the study has no list, as another system randomises';

create function next_allocation() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    has_list boolean;
begin
    execute format('select exists (select from %I.allocation_list)', tg_table_schema) into has_list;
    if not has_list then
        return new;
    elsif new.arm is not null or new.code is not null then
        raise exception using
            errcode = 'check_violation',
            message = 'the arm of a subject comes from the randomisation list',
            hint = 'Leave arm and code out: the database takes the next place of the list.';
    end if;
    -- one after the other in a stratum, so that none takes a place twice
    perform pg_advisory_xact_lock(hashtextextended(new.stratum, tg_relid::bigint));
    execute format('select code, arm from %1$I.allocation_list as list
            where stratum = $1 and not exists (
                select from %1$I.allocation where allocation.code = list.code)
            order by place limit 1', tg_table_schema)
        into new.code, new.arm using new.stratum;
    if new.arm is null then
        raise exception using
            errcode = 'object_not_in_prerequisite_state',
            message = format('the randomisation list has no place left in stratum "%s"',
                new.stratum),
            hint = 'Name a stratum of the list; or let who keeps the list extend it.';
    elsif _virotrial.is_dry_run() then
        -- Who only tries is not told which place is the next.
        execute format('select null, min(arm) from %I.arm', tg_table_schema)
            into new.code, new.arm;
    end if;
    return new;
end;
$$;
comment on function next_allocation() is 'trigger function before each row of allocation: takes the next place of the list';

create trigger next_allocation before insert on allocation
    for each row execute function next_allocation();
comment on trigger next_allocation on allocation is 'takes the next place of the list';

create table unblinding (
    site_id text not null,
    subject_id text not null,
    unblinded date not null default current_date
        check (unblinded between '1900-01-01' and '9999-12-31'),
    reason text not null check (reason ~ '[^[:space:]]'),
    arm text not null,
    primary key (site_id, subject_id, unblinded),
    foreign key (site_id, subject_id) references allocation on update cascade
);

comment on table unblinding is 'who was told the arm of a subject, when and why: INSERT tells it, and nothing changes or deletes the row';
comment on column unblinding.site_id is 'the site';
comment on column unblinding.subject_id is 'the subject''s code';
comment on column unblinding.unblinded is 'the day';
comment on column unblinding.reason is 'why the arm had to be known';
comment on column unblinding.arm is 'the arm, set by the database';

create function tell_arm() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
begin
    execute format('select arm from %I.allocation where site_id = $1 and subject_id = $2',
        tg_table_schema) into new.arm using new.site_id, new.subject_id;
    if new.arm is null then
        raise exception using
            errcode = 'object_not_in_prerequisite_state',
            message = format('subject "%s" of site "%s" is not allocated to an arm',
                new.subject_id, new.site_id),
            hint = 'There is nothing to unblind.';
    elsif _virotrial.is_dry_run() then
        execute format('select min(arm) from %I.arm', tg_table_schema) into new.arm;
    end if;
    return new;
end;
$$;
comment on function tell_arm() is 'trigger function before each row of unblinding: says which arm the subject is in';

-- The capital makes it fire before the trigger stamp, which judges the row without showing it.
create trigger "Tell_arm" before insert on unblinding
    for each row execute function tell_arm();
comment on trigger "Tell_arm" on unblinding is 'says which arm the subject is in';

do $$
declare
    target text;
begin
    foreach target in array array['allocation_list', 'allocation', 'unblinding'] loop
        execute format('create trigger keep_said before %s on %I
            for each statement execute function _virotrial.keep_said(%L)',
            case target when 'allocation_list' then 'update or delete' else 'delete' end, target,
            'It stands as it is; report what is wrong with it as a deviation.');
        execute format('comment on trigger keep_said on %I is %L', target,
            'refuses to change or delete what was said');
    end loop;
end;
$$;

create trigger "Keep_allocation" before update on allocation
    for each row execute function _virotrial.keep_allocation();
comment on trigger "Keep_allocation" on allocation is 'refuses to change it, but with its subject';

create trigger "Keep_allocation" before update on unblinding
    for each row execute function _virotrial.keep_allocation();
comment on trigger "Keep_allocation" on unblinding is 'refuses to change it, but with its subject';
