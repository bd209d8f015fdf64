-- The tables of the primary endpoint as functions: of a study, a data cut and a grouping

create type endpoint_safety_row as (
    "grouping" text, group_value text, "position" integer, event_set text, term text,
    maximum_grade integer, population bigint, subjects
    bigint, subjects_unknown bigint, percent double precision,
    percent_ci_lower double precision, percent_ci_upper double precision,
    percent_ci_upper_with_unknown double precision, events bigint, events_unknown bigint,
    first_event_person_years double precision,
    first_event_rate double precision, first_event_rate_ci_lower double precision,
    first_event_rate_ci_upper double precision,
    person_years double precision, event_rate double precision,
    event_rate_ci_lower double precision, event_rate_ci_upper double precision,
    data_cut date, author text);
comment on type endpoint_safety_row is 'a row of endpoint_safety with the data cut, and who asked';

create function endpoint_safety(study name, data_cut date default null, group_by name default null)
    returns setof endpoint_safety_row
    language sql
    begin atomic
        select row.*, current_user::text
        from _virotrial.endpoint_rows(study, 'endpoint_safety', data_cut, group_by)
            as row ("grouping" text, group_value text, "position" integer, event_set text,
                term text, maximum_grade integer, population bigint, subjects
                bigint, subjects_unknown bigint, percent double precision,
                percent_ci_lower double precision, percent_ci_upper double precision,
                percent_ci_upper_with_unknown double precision, events bigint,
                events_unknown bigint, first_event_person_years double precision,
                first_event_rate double precision, first_event_rate_ci_lower double precision,
                first_event_rate_ci_upper double precision,
                person_years double precision, event_rate double precision,
                event_rate_ci_lower double precision, event_rate_ci_upper double precision,
                data_cut date);
    end;
comment on function endpoint_safety(name, date, name) is 'the view endpoint_safety of a study, for data up to a day (by default that of the setting virotrial.data_cut) and grouped by a column of its analysis_subject (by default site_id): treatment-emergent adverse events: subjects and events with exact limits';

create type laboratory_shift_row as (
    "grouping" text, group_value text, panel text, test text, test_name text,
    direction text, baseline_grade text, worst_grade text,
    subjects bigint, baseline_subjects bigint, percent double precision,
    data_cut date, author text);
comment on type laboratory_shift_row is 'a row of laboratory_shift with the data cut, and who asked';

create function laboratory_shift(study name, data_cut date default null, group_by name default null)
    returns setof laboratory_shift_row
    language sql
    begin atomic
        select row.*, current_user::text
        from _virotrial.endpoint_rows(study, 'laboratory_shift', data_cut, group_by)
            as row ("grouping" text, group_value text, panel text, test text, test_name text,
                direction text, baseline_grade text, worst_grade text,
                subjects bigint, baseline_subjects bigint, percent double precision,
                data_cut date);
    end;
comment on function laboratory_shift(name, date, name) is 'the view laboratory_shift of a study, for data up to a day (by default that of the setting virotrial.data_cut) and grouped by a column of its analysis_subject (by default site_id): shifts of toxicity grade from baseline';

create type laboratory_abnormality_row as (
    "grouping" text, group_value text, panel text, test text, test_name text,
    direction text, minimum_grade integer, maximum_grade
    integer, evaluable bigint, subjects_unknown bigint, subjects bigint,
    percent double precision, percent_ci_lower double precision,
    percent_ci_upper double precision, worsened bigint, worsened_percent double precision,
    worsened_percent_ci_lower double precision,
    worsened_percent_ci_upper double precision,
    data_cut date, author text);
comment on type laboratory_abnormality_row is 'a row of laboratory_abnormality with the data cut, and who asked';

create function laboratory_abnormality(study name,
    data_cut date default null, group_by name default null)
    returns setof laboratory_abnormality_row
    language sql
    begin atomic
        select row.*, current_user::text
        from _virotrial.endpoint_rows(study, 'laboratory_abnormality', data_cut, group_by)
            as row ("grouping" text, group_value text, panel text, test text, test_name text,
                direction text, minimum_grade integer, maximum_grade
                integer, evaluable bigint, subjects_unknown bigint, subjects bigint,
                percent double precision, percent_ci_lower double precision,
                percent_ci_upper double precision, worsened bigint,
                worsened_percent double precision, worsened_percent_ci_lower double precision,
                worsened_percent_ci_upper double precision,
                data_cut date);
    end;
comment on function laboratory_abnormality(name, date, name) is 'the view laboratory_abnormality of a study, for data up to a day (by default that of the setting virotrial.data_cut) and grouped by a column of its analysis_subject (by default site_id): subjects with laboratory results of grade 3 or 4';

create function hys_law_candidate(study name,
    data_cut date default null, group_by name default null)
    returns table (group_value text, site_id text, subject_id text,
        is_candidate boolean, test text, collected date,
        study_day integer, times_uln lab_value,
        times_uln_lower double precision, times_uln_upper double precision,
        times_uln_exact double precision,
        bilirubin_collected date, bilirubin_times_uln lab_value,
        bilirubin_times_uln_lower double precision,
        bilirubin_times_uln_upper double precision, bilirubin_times_uln_exact double precision,
        phosphatase_collected date, phosphatase_times_uln lab_value,
        phosphatase_times_uln_lower double precision,
        phosphatase_times_uln_upper double precision, phosphatase_times_uln_exact double precision)
    language sql
    begin atomic
        select * from _virotrial.endpoint_rows(study, 'hys_law_candidate', data_cut, group_by)
            as row (group_value text, site_id text, subject_id text,
                is_candidate boolean, test text, collected date,
                study_day integer, times_uln lab_value,
                times_uln_lower double precision, times_uln_upper double precision,
                times_uln_exact double precision,
                bilirubin_collected date, bilirubin_times_uln lab_value,
                bilirubin_times_uln_lower double precision,
                bilirubin_times_uln_upper double precision,
                bilirubin_times_uln_exact double precision,
                phosphatase_collected date, phosphatase_times_uln lab_value,
                phosphatase_times_uln_lower double precision,
                phosphatase_times_uln_upper double precision,
                phosphatase_times_uln_exact double precision);
    end;
comment on function hys_law_candidate(name, date, name) is 'the view hys_law_candidate of a study, for data up to a day (by default that of the setting virotrial.data_cut) and grouped by a column of its analysis_subject (by default site_id): candidates of Hy''s law';

create type ecg_finding_row as (
    "grouping" text, group_value text, "position" integer, test text, finding text,
    evaluable bigint, subjects_unknown bigint, subjects
    bigint, percent double precision, percent_ci_lower double precision,
    percent_ci_upper double precision,
    data_cut date, author text);
comment on type ecg_finding_row is 'a row of ecg_finding with the data cut, and who asked';

create function ecg_finding(study name, data_cut date default null, group_by name default null)
    returns setof ecg_finding_row
    language sql
    begin atomic
        select row.*, current_user::text
        from _virotrial.endpoint_rows(study, 'ecg_finding', data_cut, group_by)
            as row ("grouping" text, group_value text, "position" integer, test text, finding text,
                evaluable bigint, subjects_unknown bigint, subjects
                bigint, percent double precision, percent_ci_lower double precision,
                percent_ci_upper double precision,
                data_cut date);
    end;
comment on function ecg_finding(name, date, name) is 'the view ecg_finding of a study, for data up to a day (by default that of the setting virotrial.data_cut) and grouped by a column of its analysis_subject (by default site_id): findings in electrocardiograms';

create type discontinuation_row as (
    "grouping" text, group_value text, "position" integer, cause text,
    population bigint, subjects bigint, percent double precision,
    percent_ci_lower double precision, percent_ci_upper double precision,
    data_cut date, author text);
comment on type discontinuation_row is 'a row of discontinuation with the data cut, and who asked';

create function discontinuation(study name, data_cut date default null, group_by name default null)
    returns setof discontinuation_row
    language sql
    begin atomic
        select row.*, current_user::text
        from _virotrial.endpoint_rows(study, 'discontinuation', data_cut, group_by)
            as row ("grouping" text, group_value text, "position" integer, cause text,
                population bigint, subjects bigint, percent double precision,
                percent_ci_lower double precision, percent_ci_upper double precision,
                data_cut date);
    end;
comment on function discontinuation(name, date, name) is 'the view discontinuation of a study, for data up to a day (by default that of the setting virotrial.data_cut) and grouped by a column of its analysis_subject (by default site_id): discontinuations by cause';

create type time_to_discontinuation_row as (
    "grouping" text, group_value text, days integer, at_risk bigint,
    discontinued bigint, censored bigint, remaining double precision,
    std_error double precision, remaining_ci_lower double precision,
    remaining_ci_upper double precision,
    data_cut date, author text);
comment on type time_to_discontinuation_row is 'a row of time_to_discontinuation with the data cut, and who asked';

create function time_to_discontinuation(study name,
    data_cut date default null, group_by name default null)
    returns setof time_to_discontinuation_row
    language sql
    begin atomic
        select row.*, current_user::text
        from _virotrial.endpoint_rows(study, 'time_to_discontinuation', data_cut, group_by)
            as row ("grouping" text, group_value text, days integer, at_risk bigint,
                discontinued bigint, censored bigint, remaining double precision,
                std_error double precision, remaining_ci_lower double precision,
                remaining_ci_upper double precision,
                data_cut date);
    end;
comment on function time_to_discontinuation(name, date, name) is 'the view time_to_discontinuation of a study, for data up to a day (by default that of the setting virotrial.data_cut) and grouped by a column of its analysis_subject (by default site_id): the time to discontinuation';

create function death(study name, data_cut date default null, group_by name default null)
    returns table (group_value text, site_id text, subject_id text, died date, study_day integer,
        days_since_last_dose integer, is_on_treatment
        boolean, fatal_events text, is_related boolean)
    language sql
    begin atomic
        select * from _virotrial.endpoint_rows(study, 'death', data_cut, group_by)
            as row (group_value text, site_id text, subject_id text, died date, study_day integer,
                days_since_last_dose integer, is_on_treatment
                boolean, fatal_events text, is_related boolean);
    end;
comment on function death(name, date, name) is 'the view death of a study, for data up to a day (by default that of the setting virotrial.data_cut) and grouped by a column of its analysis_subject (by default site_id): deaths';

create type safety_finding_row as (
    "grouping" text, group_value text, "position" integer, finding text,
    population bigint, subjects bigint, subjects_unknown bigint,
    percent double precision, percent_ci_lower double precision,
    percent_ci_upper double precision,
    data_cut date, author text);
comment on type safety_finding_row is 'a row of safety_finding with the data cut, and who asked';

create function safety_finding(study name, data_cut date default null, group_by name default null)
    returns setof safety_finding_row
    language sql
    begin atomic
        select row.*, current_user::text
        from _virotrial.endpoint_rows(study, 'safety_finding', data_cut, group_by)
            as row ("grouping" text, group_value text, "position" integer, finding text,
                population bigint, subjects bigint, subjects_unknown bigint,
                percent double precision, percent_ci_lower double precision,
                percent_ci_upper double precision,
                data_cut date);
    end;
comment on function safety_finding(name, date, name) is 'the view safety_finding of a study, for data up to a day (by default that of the setting virotrial.data_cut) and grouped by a column of its analysis_subject (by default site_id): deaths and candidates of Hy''s law, counted';
