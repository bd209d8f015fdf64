-- The laboratory: the study's own copy of the reference data of tests and
-- toxicity grades, and the laboratories' ranges of normal.  A later version of
-- the extension changes none of it.

create table lab_test (
    test text not null primary key,
    name text not null,
    panel text not null,
    specimen text not null,
    result_kind text not null check (result_kind in ('numeric', 'coded')),
    unit text,
    loinc text,
    loinc_verification text,
    needs_fasting boolean not null default false,
    plausible_low double precision check (plausible_low between -1e12 and 1e12),
    plausible_high double precision check (plausible_high between -1e12 and 1e12),
    usual_low double precision check (usual_low between 1e-12 and 1e12),
    usual_high double precision check (usual_high between 1e-12 and 1e12),
    usual_source text,
    constraint lab_test_plausible_order check (plausible_low < plausible_high),
    constraint lab_test_usual_order check (usual_low < usual_high),
    constraint lab_test_usual_pair check (num_nonnulls(usual_low, usual_high) in (0, 2)),
    constraint lab_test_unit check ((result_kind = 'numeric') = (unit is not null))
);

comment on table lab_test is 'the tests of the trial: a copy of the catalogue of the extension, to which the study''s owner may add';
comment on column lab_test.test is 'the code of the test: of CDISC''s codelists where they have one';
comment on column lab_test.name is 'the name of the test';
comment on column lab_test.panel is 'the examination of the protocol that the test belongs to';
comment on column lab_test.specimen is 'what is examined';
comment on column lab_test.result_kind is 'numeric: a lab_value in a unit; coded: one of lab_code';
comment on column lab_test.unit is 'the standard unit of numeric results, in UCUM';
comment on column lab_test.loinc is 'the LOINC code of the test in its standard unit';
comment on column lab_test.loinc_verification is 'where the LOINC code was confirmed; null: unverified, but for its check digit';
comment on column lab_test.needs_fasting is 'is the result read by whether the participant had fasted?';
comment on column lab_test.plausible_low is 'below this, in the standard unit, a result is refused; null for no limit (assumption: the protocol gives none)';
comment on column lab_test.plausible_high is 'above this, in the standard unit, a result is refused; null for no limit (assumption)';
comment on column lab_test.usual_low is 'below this, in the standard unit, a result is taken for one in another unit, if it is usual in that; null where no unit is mistaken for another (assumption)';
comment on column lab_test.usual_high is 'above this, likewise (assumption)';
comment on column lab_test.usual_source is 'where the two come from';

create table lab_unit (
    test text not null references lab_test,
    unit text not null,
    kind text generated always as (lab_unit_kind(unit)) stored,
    power integer generated always as (lab_unit_power(unit)) stored,
    other_units text[] not null default '{}',
    unit_system text,
    multiplier double precision not null check (multiplier between 1e-12 and 1e12),
    divisor double precision not null check (divisor between 1e-12 and 1e12),
    loinc text,
    loinc_verification text,
    primary key (test, unit),
    constraint lab_unit_kind unique (test, kind),
    constraint lab_unit_spelling check (kind is not null)
    -- on many pages: the plan for one result uses the index, instead of reading all
) with (fillfactor = 10);

comment on table lab_unit is 'the kinds of unit in which a test may be reported, and how each becomes its standard unit: value * multiplier / divisor; another spelling, prefix or power of ten of the unit needs no row; a copy';
comment on column lab_unit.test is 'the test';
comment on column lab_unit.unit is 'one unit of the kind, as laboratories write it; empty for results without one';
comment on column lab_unit.kind is 'the unit without prefixes and powers of ten, by lab_unit_kind';
comment on column lab_unit.power is 'the power of ten that the unit is of its kind, by lab_unit_power';
comment on column lab_unit.other_units is 'further units of the kind in which laboratories report the test: what a result may have been meant in';
comment on column lab_unit.unit_system is 'the unit system whose toxicity cut-offs are meant for results in a unit of this kind that has none of its own';
comment on column lab_unit.multiplier is 'value * multiplier / divisor is the value in the standard unit';
comment on column lab_unit.divisor is 'value * multiplier / divisor is the value in the standard unit';
comment on column lab_unit.loinc is 'the LOINC code of the test in this kind of unit, where it is another than that of the standard unit';
comment on column lab_unit.loinc_verification is 'where the LOINC code was confirmed; null: unverified, but for its check digit';

-- A function: a subquery of the context would cost every result, and few need it.
create function likely_unit(test text, value lab_value, usual_low double precision,
        usual_high double precision) returns text
    language sql stable strict parallel safe
    begin atomic
        select meant.unit
        from lab_unit as other
        cross join unnest(other.unit || other.other_units) as meant (unit)
        cross join lateral _virotrial.lab_value_converted(likely_unit.value,
            lab_unit_power(meant.unit) - other.power, other.multiplier, other.divisor) as standard
        where other.test = likely_unit.test
            and standard >= usual_low and standard <= usual_high
        order by abs(ln(quantity(standard) / sqrt(usual_low * usual_high))), meant.unit
        limit 1;
    end;
comment on function likely_unit(text, lab_value, double precision, double precision) is
    'the unit of the test in which a number would be usual; null if there is none';

create table lab_code (
    test text not null references lab_test,
    code text not null,
    meaning text not null,
    abnormal boolean not null,
    plus double precision check (plus = 0 or plus between 0.1 and 10),
    primary key (test, code)
);

comment on table lab_code is 'the results of coded tests; a copy';
comment on column lab_code.test is 'the test';
comment on column lab_code.code is 'the result as it is coded';
comment on column lab_code.meaning is 'what the code stands for';
comment on column lab_code.abnormal is 'is it outside what is expected of a healthy person?';
comment on column lab_code.plus is 'the number of plus signs of a dipstick, a trace being one half: what the result is graded by, in the unit plus';

create table toxicity_grade_table (like virotrial_toxicity_grade_table including all);
comment on table toxicity_grade_table is 'criteria of the toxicity grades of laboratory results, by which the study grades; a copy, to which the study''s owner may add schemes';

insert into lab_test (test, name, panel, specimen, result_kind, unit, loinc, loinc_verification,
        needs_fasting, plausible_low, plausible_high, usual_low, usual_high, usual_source)
    select test, name, panel, specimen, result_kind, unit, loinc, loinc_verification,
        needs_fasting, plausible_low, plausible_high, usual_low, usual_high, usual_source
    from virotrial_lab_test;
insert into lab_unit (test, unit, other_units, unit_system, multiplier, divisor, loinc,
        loinc_verification)
    select test, unit, other_units, unit_system, multiplier, divisor, loinc, loinc_verification
    from virotrial_lab_unit;
insert into lab_code (test, code, meaning, abnormal, plus)
    select test, code, meaning, abnormal, plus from virotrial_lab_code;
insert into toxicity_grade_table select * from virotrial_toxicity_grade_table;

-- toxicity_grade reads them with the rights of whoever reads a view that grades.
grant select on lab_unit, toxicity_grade_table to public;

create table reference_range (
    laboratory text not null check (laboratory ~ '[^[:space:]]'),
    test text not null,
    effective_from date not null default '-infinity'
        check (effective_from = '-infinity'
            or effective_from between '1900-01-01' and '9999-12-31'),
    sex text not null default 'any' check (sex in ('female', 'male', 'any')),
    minimum_age whole_number not null default 0 check (minimum_age >= 0),
    maximum_age whole_number,
    unit text not null,
    kind text generated always as (lab_unit_kind(unit)) stored,
    lln double precision check (lln = 0 or abs(lln) between 1e-12 and 1e12),
    uln double precision check (uln = 0 or abs(uln) between 1e-12 and 1e12),
    primary key (laboratory, test, effective_from, sex, minimum_age),
    foreign key (test, kind) references lab_unit (test, kind),
    constraint reference_range_spelling check (kind is not null),
    constraint reference_range_age check (minimum_age < maximum_age),
    constraint reference_range_order check (lln < uln),
    constraint reference_range_limit check (num_nonnulls(lln, uln) > 0)
);

comment on table reference_range is 'the laboratories'' limits of normal. Of the rows that fit a subject, the one with the latest effective_from applies';
comment on column reference_range.laboratory is 'the name of the laboratory, as in lab_result';
comment on column reference_range.test is 'the test';
comment on column reference_range.effective_from is 'the first date of collection that the row applies to';
comment on column reference_range.sex is 'female, male or any';
comment on column reference_range.minimum_age is 'the completed years from which the row applies';
comment on column reference_range.maximum_age is 'the completed years from which it applies no more; null for none';
comment on column reference_range.unit is 'the unit of the limits';
comment on column reference_range.kind is 'the unit without prefixes and powers of ten, by lab_unit_kind';
comment on column reference_range.lln is 'the lower limit of normal; null for none';
comment on column reference_range.uln is 'the upper limit of normal; null for none';
