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

-- The worst result of each test, by the grade that is certain.
create function abnormality_against(site_id text, subject_id text, drug text, day date) returns text
    language sql stable parallel safe
    begin atomic
        select string_agg(format('%s of grade %s%s on %s', worst.test, worst.grade,
                case when worst.at_most > worst.grade then ' or more' end, worst.collected),
            ', ' order by worst.test)
        from (
            select distinct on (against.test, against.direction) against.test, graded.grade,
                graded.at_most, reading.collected
            from drug_abnormality as against
            join _lab_reading as reading on reading.test = against.test
            cross join lateral (
                select case against.direction when 'H' then bounds[3] else bounds[1] end as grade,
                    case against.direction when 'H' then bounds[4] else bounds[2] end as at_most
                from _virotrial.toxicity_bounds(reading.test, reading.value, reading.unit,
                    reading.sex, reading.age, reading.fasting, reading.lln, reading.uln,
                    null::lab_value, (select toxicity_scheme
                        from protocol_in_force(abnormality_against.site_id, day)),
                    true, 'toxicity_grade_table', 'lab_unit', true, true) as bounds
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
