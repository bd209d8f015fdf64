-- CD4+ T lymphocytes

create table cd4_result (
    site_id text not null,
    subject_id text not null,
    collected date not null check (collected between '1900-01-01' and '9999-12-31'),
    replicate whole_number not null default 1 check (replicate between 1 and 32767),
    visit text,
    method text not null default 'flow cytometry',
    cd4_count lab_value not null,
    unit text not null default 'cells/uL',
    reported text,
    cd4_percent double precision check (cd4_percent between 0 and 100),
    primary key (site_id, subject_id, collected, replicate),
    foreign key (site_id, subject_id) references subject on update cascade,
    foreign key (site_id, subject_id, visit) references visit on update cascade,
    -- three-valued: what a limit leaves possible is not refused
    constraint cd4_count_range check (cd4_count >= 0 and cd4_count <= 3000)
) /* partition by hash (site_id) */;

comment on table cd4_result is 'counts of CD4+ T lymphocytes';
comment on column cd4_result.site_id is 'the site';
comment on column cd4_result.subject_id is 'the subject''s code';
comment on column cd4_result.collected is 'the day on which the sample was taken';
comment on column cd4_result.replicate is 'tells several results of one day apart';
comment on column cd4_result.visit is 'the visit at which it was taken; null for history';
comment on column cd4_result.method is 'the method of counting';
comment on column cd4_result.cd4_count is 'cells per microlitre, exact or a limit such as <20; a count that comes in another unit is converted';
comment on column cd4_result.unit is 'the unit of cd4_count: cells/uL, once another unit that the count came in is converted';
comment on column cd4_result.reported is 'the laboratory''s text, where it says more than the count; the database puts a count there that came in another unit';
comment on column cd4_result.cd4_percent is 'per cent of lymphocytes, no share: 25, not 0.25';

create trigger complete_cd4_result before insert or update on cd4_result
    for each row execute function _virotrial.complete_cd4_result();
comment on trigger complete_cd4_result on cd4_result is 'converts a count to cells per microlitre';
