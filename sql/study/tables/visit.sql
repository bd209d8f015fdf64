-- Visits

create table visit (
    site_id text not null,
    subject_id text not null,
    visit text not null,
    visit_date date not null check (visit_date between '1900-01-01' and '9999-12-31'),
    deviation_reason text check (deviation_reason ~ '[^[:space:]]'),
    primary key (site_id, subject_id, visit),
    foreign key (site_id, subject_id) references subject on update cascade
);

comment on table visit is 'visits held: one of each kind a subject, and unscheduled ones';
comment on column visit.site_id is 'the site';
comment on column visit.subject_id is 'the subject''s code';
comment on column visit.visit is 'a visit of visit_definition; or "unscheduled", followed by what tells it from the subject''s others';
comment on column visit.visit_date is 'the day of the visit';
comment on column visit.deviation_reason is 'why the visit was held outside its window; without it such a visit is refused';
