-- Virologic outcomes of subjects made by hand, against what the definitions say.
\ir include/study.sql
select no_plan();
\ir include/outcome_cases.sql

create function pg_temp.day(study_day integer) returns date
    language sql immutable
    return date '2008-02-01' + case when study_day > 0 then study_day - 1 else study_day end;

do $$
declare
    subject text;
begin
    for subject in select subject_id from outcome_case order by 1 loop
        call make_subject(subject);
    end loop;
end;
$$;
insert into ral.assay (assay, method, lower_limit, upper_limit)
select 'limit ' || lower_limit, 'bDNA', lower_limit, 500000
from unnest(array[20, 75, 400, 500]) as lower_limit;
insert into ral.viral_load_result (site_id, subject_id, collected, replicate, assay, viral_load)
select 'S1', subject_id, pg_temp.day(split_part(entry, ':', 1)::integer),
    row_number() over (partition by subject_id, split_part(entry, ':', 1) order by place),
    coalesce('limit ' || coalesce(nullif(split_part(entry, '/', 2), ''), nullif(substring(entry from ':<([0-9]+)'), '50')), 'Quantiplex 3.0'),
    split_part(split_part(entry, ':', 2), '/', 1)::viral_load
from outcome_case
cross join lateral string_to_table(results, ' ') with ordinality as entry (entry, place)
where entry <> '';
insert into ral.disposition (site_id, subject_id, ended, outcome, reason)
select 'S1', subject_id, pg_temp.day(split_part(ended, ' ', 1)::integer),
    case when ended like '% completed' then 'completed' else 'discontinued' end,
    nullif(substring(ended from ' (.*)'), 'completed')
from outcome_case
where ended <> '';
insert into ral.regimen (site_id, subject_id, drug, started, stopped, dose_mg, doses_per_day, start_reason, stop_reason)
select 'S1', subject_id, part[1], pg_temp.day(part[2]::integer), pg_temp.day(nullif(part[3], '')::integer),
    case when part[1] = 'RAL' then 400 end, case when part[1] = 'RAL' then 2 end, part[4], part[5]
from outcome_case
cross join lateral string_to_table(regimen, '; ') as entry
cross join lateral regexp_match(entry, '^(\w+) (\d+)-(\d*)(?: \+([a-z ]+))?(?: -([a-z ]+))?$') as part
where entry <> '';

-- What the views say, in the notation of the cases.
create temporary view snapshot_said as
    select subject_id, string_agg(coalesce(category, '?'), ' ' order by visit, threshold desc) as said
    from ral.snapshot_outcome
    group by subject_id;
create temporary view tlovr_said as
    select subject_id, string_agg(case when is_responder then 'y' when not is_responder then 'n' else '?' end, ' ' order by visit, threshold desc) as said
    from ral.tlovr_outcome
    group by subject_id;
create temporary view failed_said as
    select subject_id, string_agg(case when failed is not null then failed_study_day::text when not is_failure then '-' else '?' end, ' ' order by threshold desc) as said
    from ral.time_to_loss_of_response
    group by subject_id;

select is(said.said, expected.snapshot, format('Snapshot of %s: %s', expected.subject_id, concat_ws(' | ', results, ended, regimen)))
from outcome_case as expected
left join snapshot_said as said using (subject_id)
order by subject_id;
select is(said.said, expected.tlovr, format('TLOVR of %s: %s', expected.subject_id, concat_ws(' | ', results, ended, regimen)))
from outcome_case as expected
left join tlovr_said as said using (subject_id)
order by subject_id;
select is(said.said, expected.failed, format('loss of response of %s: %s', expected.subject_id, concat_ws(' | ', results, ended, regimen)))
from outcome_case as expected
left join failed_said as said using (subject_id)
order by subject_id;
select * from finish();
