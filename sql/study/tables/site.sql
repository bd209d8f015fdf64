-- Sites

create table site (
    site_id text not null primary key,
    name text not null,
    country text,
    target_enrolment whole_number check (target_enrolment > 0)
);

comment on table site is 'the sites of the trial';
comment on column site.site_id is 'the site''s code';
comment on column site.name is 'name of the site';
comment on column site.country is 'country';
comment on column site.target_enrolment is 'subjects that the site is to enrol';
