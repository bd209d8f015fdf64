-- The views of outcomes over outcomes_drawn.csv and outcomes_simulated.csv, against
-- outcomes_expected.csv; see outcomes.R.
\ir setup.sql

create temp table given (trial text, subject text, first_dose date, results text, ended text, regimen text, cd4 text);
create temp table expected (trial text, subject text, cut text, figure text, value text);
\copy given from 'outcomes_drawn.csv' with (format csv, header)
\copy given from 'outcomes_simulated.csv' with (format csv, header)
\copy expected from 'outcomes_expected.csv' with (format csv, header, force_not_null (cut, value))

-- The tables alone, with neither rules nor keys: these subjects have no past.
call create_study('outcomes');
set search_path = outcomes, public;
set session_replication_role = replica;
insert into enrolment (site_id, subject_id, enrolled, first_dose, entered_by, entered_at)
    select trial, subject, first_dose, first_dose, 'oracle', now() from given;
insert into viral_load_result (site_id, subject_id, collected, replicate, assay, viral_load, entered_by, entered_at)
    select trial, subject, first_dose + split_part(result, ':', 1)::integer,
        row_number() over (partition by trial, subject, split_part(result, ':', 1) order by place), 'any', split_part(result, ':', 2)::viral_load, 'oracle', now()
    from given cross join lateral string_to_table(results, ' ') with ordinality as result (result, place);
insert into disposition (site_id, subject_id, ended, outcome, reason, entered_by, entered_at)
    select trial, subject, first_dose + split_part(ended, ':', 1)::integer,
        case when ended like '%:completed' then 'completed' else 'discontinued' end, nullif(split_part(ended, ':', 2), 'completed'), 'oracle', now()
    from given where ended <> '';
insert into regimen (site_id, subject_id, drug, started, stopped, start_reason, stop_reason, entered_by, entered_at)
    select trial, subject, part[1], first_dose + part[2]::integer, first_dose + nullif(part[3], '')::integer, nullif(part[4], ''), nullif(part[5], ''), 'oracle', now()
    from given cross join lateral string_to_table(regimen, '|') as period cross join lateral string_to_array(period, ':') as part;
insert into cd4_result (site_id, subject_id, collected, cd4_count, entered_by, entered_at)
    select trial, subject, first_dose + split_part(count, ':', 1)::integer, split_part(count, ':', 2)::integer, 'oracle', now()
    from given cross join lateral string_to_table(cd4, ' ') as count where cd4 <> '';
set session_replication_role = origin;
analyze;

create temp view said as
    select site_id as trial, subject_id as subject, 'treatment' as figure,
        concat_ws(' ', coalesce((treated_until - first_dose)::text, '-'), coalesce((discontinued - first_dose)::text, '-'), coalesce(discontinuation_reason, 'NA'),
            coalesce((background_changed - first_dose)::text, '-')) as value
    from treatment_course
    union all
    select site_id, subject_id, concat_ws(' ', 'Snapshot', visit, threshold), coalesce(category, '?') from snapshot_outcome
    union all
    select site_id, subject_id, concat_ws(' ', 'TLOVR', visit, threshold), case when is_responder then 'y' when not is_responder then 'n' else '?' end
    from tlovr_outcome
    union all
    select site_id, subject_id, concat_ws(' ', 'loss of response', threshold),
        case when loss.suppressed is not null then (loss.suppressed - enrolment.first_dose)::text when not is_suppressed then '-' else '?' end || ' '
            || case when early.threshold is not null then 'early' when loss.failed is not null then (loss.failed - enrolment.first_dose)::text when not is_failure then '-' else '?' end
    from time_to_loss_of_response as loss
    left join (select distinct site_id, subject_id, threshold from tlovr_course where reason = 'not suppressed yet') as early
        using (site_id, subject_id, threshold)
    join enrolment using (site_id, subject_id)
    union all
    select site_id, subject_id, concat_ws(' ', 'time to response', threshold),
        case when was_below_at_baseline then 'at baseline' else lower_days || '-' || coalesce(upper_days::text, '') end
    from time_to_response
    union all
    select site_id, subject_id, 'virologic failure', case when is_failure then criterion || ' ' || failed - first_dose when not is_failure then '-' else '?' end
    from virologic_failure
    join enrolment using (site_id, subject_id)
    union all
    select site_id, subject_id, 'blips', string_agg(study_day - 1 || case when is_blip then '' else '?' end, ' ' order by study_day)
    from viral_blip
    group by site_id, subject_id
    union all
    select site_id, subject_id, concat_ws(' ', 'CD4', level), case when was_above_at_baseline then 'at baseline' else lower_days || '-' || coalesce(upper_days::text, '') end
    from cd4_crossing
    union all
    select site_id, subject_id, concat_ws(' ', 'DAVG', visit), davg::text
    from viral_load_davg;

create temp table got as select *, '' as cut from said;
set virotrial.data_cut = '2009-02-01';
insert into got select *, '2009-02-01' from said;
reset virotrial.data_cut;

insert into comparison
    select regexp_replace(figure, ' (week [0-9]+|[0-9]+).*', ''), case when figure like 'DAVG%' then 'figure' else 'state' end, concat_ws(' ', trial, subject, figure, cut),
        case when figure like 'DAVG%' then coalesce(abs(got.value::float8 - expected.value::float8) / greatest(abs(expected.value::float8), 1), 'Infinity')
            when got.value is distinct from expected.value then 'Infinity' else 0 end
    from got
    full join expected using (trial, subject, cut, figure);

\ir report.sql
