-- Laboratory abnormalities that speak against a drug

create table drug_abnormality (
    drug text not null references drug,
    test text not null references lab_test,
    direction text not null check (direction in ('H', 'L')),
    minimum_grade whole_number not null default 3 check (minimum_grade between 1 and 4),
    source text not null check (source ~ '[^[:space:]]'),
    primary key (drug, test, direction)
);
comment on table drug_abnormality is 'laboratory abnormalities that speak against a drug of the background (assumption: the protocol names none)';
comment on column drug_abnormality.drug is 'the drug';
comment on column drug_abnormality.test is 'the test';
comment on column drug_abnormality.direction is 'H for high results, L for low ones';
comment on column drug_abnormality.minimum_grade is 'the toxicity grade from which on it speaks against the drug';
comment on column drug_abnormality.source is 'where that comes from';

-- The worst result of each test; one whose grade is not established does not count.
create function abnormality_against(site_id text, subject_id text, drug text, day date) returns text
    language sql stable parallel safe
    begin atomic
        select string_agg(format('%s of grade %s on %s', worst.test, worst.grade, worst.collected),
            ', ' order by worst.test)
        from (
            select distinct on (against.test, against.direction) against.test, graded.grade,
                reading.collected
            from drug_abnormality as against
            join _lab_reading as reading on reading.test = against.test
            cross join lateral (
                select case against.direction when 'H' then detail.high_grade
                    else detail.low_grade end as grade
                from toxicity_grade_detail(reading.test, reading.value, reading.unit, reading.sex,
                    reading.age, reading.fasting, reading.lln, reading.uln, null::double precision,
                    scheme => (select toxicity_scheme
                        from protocol_in_force(abnormality_against.site_id, day)),
                    grade_table => 'toxicity_grade_table', unit_table => 'lab_unit') as detail
            ) as graded
            where against.drug = abnormality_against.drug
                and reading.site_id = abnormality_against.site_id
                and reading.subject_id = abnormality_against.subject_id
                and reading.collected <= day and graded.grade >= against.minimum_grade
            order by against.test, against.direction, graded.grade desc, reading.collected desc
        ) as worst;
    end;
comment on function abnormality_against(text, text, text, date) is
    'the laboratory abnormalities up to a day that speak against a drug; null for none';
