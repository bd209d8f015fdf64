-- toxicity_grade: the grade of a laboratory result, by a grading table

create function toxicity_grade(
    test text,
    value lab_value,
    unit text,
    sex text,
    age double precision,
    fasting boolean,
    lln double precision,
    uln double precision,
    baseline double precision,
    scheme text default 'DAIDS 2.1',
    hiv_infected boolean default true,
    grade_table regclass default 'virotrial_toxicity_grade_table'::regclass,
    unit_table regclass default 'virotrial_lab_unit'::regclass
) returns smallint
    language c stable parallel safe cost 20
    as 'MODULE_PATHNAME', 'toxicity_grade_lab_value';
comment on function toxicity_grade(text, lab_value, text, text, double precision, boolean, double precision, double precision, double precision, text, boolean, regclass, regclass) is 'the toxicity grade of a result, 0 to 4, the worse of the directions; NULL where it cannot be known, or rests on a criterion of which no cell was verified. Age in years; limits of normal and baseline in the unit of the value; grading and unit tables have the columns of virotrial_toxicity_grade_table and virotrial_lab_unit';

create function toxicity_grade(
    test text,
    value double precision,
    unit text,
    sex text,
    age double precision,
    fasting boolean,
    lln double precision,
    uln double precision,
    baseline double precision,
    scheme text default 'DAIDS 2.1',
    hiv_infected boolean default true,
    grade_table regclass default 'virotrial_toxicity_grade_table'::regclass,
    unit_table regclass default 'virotrial_lab_unit'::regclass
) returns smallint
    language c stable parallel safe cost 20
    as 'MODULE_PATHNAME', 'toxicity_grade_float8';
comment on function toxicity_grade(text, double precision, text, text, double precision, boolean, double precision, double precision, double precision, text, boolean, regclass, regclass) is 'the toxicity grade of a result, 0 to 4, the worse of the directions; NULL where it cannot be known, or rests on a criterion of which no cell was verified. Age in years; limits of normal and baseline in the unit of the value; grading and unit tables have the columns of virotrial_toxicity_grade_table and virotrial_lab_unit';

create function toxicity_grade_detail(
    test text,
    value lab_value,
    unit text,
    sex text,
    age double precision,
    fasting boolean,
    lln double precision,
    uln double precision,
    baseline double precision,
    scheme text default 'DAIDS 2.1',
    hiv_infected boolean default true,
    grade_table regclass default 'virotrial_toxicity_grade_table'::regclass,
    unit_table regclass default 'virotrial_lab_unit'::regclass,
    out grade smallint,
    out low_grade smallint,
    out high_grade smallint,
    out at_least smallint,
    out at_most smallint,
    out reason text,
    out criterion integer,
    out unverified text
)
    language c stable parallel safe cost 20
    as 'MODULE_PATHNAME', 'toxicity_grade_detail_lab_value';
comment on function toxicity_grade_detail(text, lab_value, text, text, double precision, boolean, double precision, double precision, double precision, text, boolean, regclass, regclass) is 'the toxicity grade, that of low and of high values alone, the grades between which it lies, why it is not known or a higher one not excluded, the id of the criterion that gave it, and which cells of the criterion that decided are unverified';

create function toxicity_grade_detail(
    test text,
    value double precision,
    unit text,
    sex text,
    age double precision,
    fasting boolean,
    lln double precision,
    uln double precision,
    baseline double precision,
    scheme text default 'DAIDS 2.1',
    hiv_infected boolean default true,
    grade_table regclass default 'virotrial_toxicity_grade_table'::regclass,
    unit_table regclass default 'virotrial_lab_unit'::regclass,
    out grade smallint,
    out low_grade smallint,
    out high_grade smallint,
    out at_least smallint,
    out at_most smallint,
    out reason text,
    out criterion integer,
    out unverified text
)
    language c stable parallel safe cost 20
    as 'MODULE_PATHNAME', 'toxicity_grade_detail_float8';
comment on function toxicity_grade_detail(text, double precision, text, text, double precision, boolean, double precision, double precision, double precision, text, boolean, regclass, regclass) is 'the toxicity grade, that of low and of high values alone, the grades between which it lies, why it is not known or a higher one not excluded, the id of the criterion that gave it, and which cells of the criterion that decided are unverified';

-- Apart, since a NULL would not say which of two types of baseline is meant.
create function _virotrial.toxicity_grade_detail(
    test text,
    value lab_value,
    unit text,
    sex text,
    age double precision,
    fasting boolean,
    lln double precision,
    uln double precision,
    baseline lab_value,
    scheme text,
    hiv_infected boolean,
    grade_table regclass,
    unit_table regclass,
    out grade smallint,
    out low_grade smallint,
    out high_grade smallint,
    out at_least smallint,
    out at_most smallint,
    out reason text,
    out criterion integer,
    out unverified text
)
    language c stable parallel safe cost 20
    as 'MODULE_PATHNAME', 'toxicity_grade_detail_baseline';
comment on function _virotrial.toxicity_grade_detail(text, lab_value, text, text, double precision, boolean, double precision, double precision, lab_value, text, boolean, regclass, regclass) is 'toxicity_grade_detail() of a result whose baseline may be a limit: it is each positive number beyond it';

-- Without a row as its result, and so without the scan of a function for each result.
create function _virotrial.toxicity_bounds(
    test text,
    value lab_value,
    unit text,
    sex text,
    age double precision,
    fasting boolean,
    lln double precision,
    uln double precision,
    baseline lab_value,
    scheme text,
    hiv_infected boolean,
    grade_table regclass,
    unit_table regclass,
    has_low boolean,
    has_high boolean
) returns integer[]
    language c stable parallel safe cost 20
    as 'MODULE_PATHNAME', 'toxicity_bounds';
comment on function _virotrial.toxicity_bounds(text, lab_value, text, text, double precision, boolean, double precision, double precision, lab_value, text, boolean, regclass, regclass, boolean, boolean) is 'the grades between which low values lie, and those between which high ones do; -1 for a direction that is said not to be graded. Otherwise as the toxicity_grade_detail() beside it';
