-- CD4+ T lymphocytes

create table cd4_result (
    site_id text not null,
    subject_id text not null,
    collected date not null check (collected between '1900-01-01' and '9999-12-31'),
    replicate smallint not null default 1 check (replicate > 0),
    visit text,
    method text not null default 'flow cytometry',
    cd4_count integer not null,
    cd4_percent double precision check (cd4_percent between 0 and 100),
    primary key (site_id, subject_id, collected, replicate),
    foreign key (site_id, subject_id) references subject,
    foreign key (site_id, subject_id, visit) references visit,
    constraint cd4_count_range check (cd4_count between 0 and 3000)
);

comment on table cd4_result is 'counts of CD4+ T lymphocytes';
comment on column cd4_result.site_id is 'the site';
comment on column cd4_result.subject_id is 'the subject''s code';
comment on column cd4_result.collected is 'the day on which the sample was taken';
comment on column cd4_result.replicate is 'tells several results of one day apart';
comment on column cd4_result.visit is 'the visit at which it was taken; null for history';
comment on column cd4_result.method is 'the method of counting';
comment on column cd4_result.cd4_count is 'cells per microlitre';
comment on column cd4_result.cd4_percent is 'per cent of lymphocytes';
