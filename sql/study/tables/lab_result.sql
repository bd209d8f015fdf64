-- Laboratory results and electrocardiograms

create table lab_result (
    site_id text not null,
    subject_id text not null,
    collected date not null check (collected between '1900-01-01' and '9999-12-31'),
    test text not null,
    replicate whole_number not null default 1 check (replicate between 1 and 32767),
    visit text,
    laboratory text,
    reported text,
    value lab_value,
    unit text,
    code text,
    fasting boolean,
    lln double precision check (lln = 0 or abs(lln) between 1e-12 and 1e12),
    uln double precision check (uln = 0 or abs(uln) between 1e-12 and 1e12),
    standard_value lab_value,
    primary key (site_id, subject_id, collected, test, replicate),
    foreign key (site_id, subject_id) references subject on update cascade,
    foreign key (site_id, subject_id, visit) references visit on update cascade,
    constraint lab_result_kind check (num_nonnulls(value, code) = 1),
    -- what differences and multiples of can be written
    constraint lab_result_range
        check (quantity(value) = 0 or abs(quantity(value)) between 1e-15 and 1e15),
    constraint lab_result_unit check ((value is null) = (unit is null)),
    constraint lab_result_limits check (lln < uln),
    constraint lab_result_limits_numeric check (value is not null or num_nonnulls(lln, uln) = 0)
) /* partition by hash (site_id) */;

comment on table lab_result is 'results of laboratory tests and electrocardiograms, as reported, with the standard value beside them';
comment on column lab_result.site_id is 'the site';
comment on column lab_result.subject_id is 'the subject''s code';
comment on column lab_result.collected is 'the day on which the sample was taken, or the examination made';
comment on column lab_result.test is 'the test';
comment on column lab_result.replicate is 'tells several results of one test and day apart';
comment on column lab_result.visit is 'the visit at which it was taken; null for history';
comment on column lab_result.laboratory is 'the laboratory, as in reference_range; null if it is not known or there is none';
comment on column lab_result.reported is 'the text of the laboratory''s report, where it says more than value and unit, or code';
comment on column lab_result.value is 'the result of a numeric test, in the unit in which it was reported';
comment on column lab_result.unit is 'that unit; empty for a result without one';
comment on column lab_result.code is 'the result of a coded test';
comment on column lab_result.fasting is 'whether the subject had fasted; null if it is not known';
comment on column lab_result.lln is 'the lower limit of normal that was reported with the result, in its unit';
comment on column lab_result.uln is 'the upper limit of normal that was reported with the result, in its unit';
comment on column lab_result.standard_value is 'the value in the standard unit of the test, set by the database; null for a coded result';

create trigger complete_lab_result before insert or update on lab_result
    for each row execute function _virotrial.complete_lab_result();
comment on trigger complete_lab_result on lab_result is 'sets standard_value';
