-- Sites

create table site (
    site_id text not null primary key,
    name text not null,
    country text,
    time_zone text check (_virotrial.is_time_zone(time_zone)),
    target_enrolment whole_number check (target_enrolment > 0)
);

comment on table site is 'the sites of the trial';
comment on column site.site_id is 'the site''s code';
comment on column site.name is 'name of the site';
comment on column site.country is 'country';
comment on column site.time_zone is 'the time zone by which the site''s day begins, such as Asia/Shanghai; null: that of who made the study';
comment on column site.target_enrolment is 'subjects that the site is to enrol';

create function day_at(site_id text, moment timestamptz) returns date
    language sql stable parallel safe
    begin atomic
        select coalesce((select (moment at time zone site.time_zone)::date
            from site where site.site_id = day_at.site_id), day_of(moment));
    end;
comment on function day_at(text, timestamptz) is 'the day of a moment at a site, by its time zone';

create function today_at(site_id text) returns date
    language sql stable parallel safe
    return day_at(site_id, moment());
comment on function today_at(text) is 'the day that it is at a site, by its time zone';
