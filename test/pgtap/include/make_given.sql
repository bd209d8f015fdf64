-- Makes the subjects of the view given: results, ended and regimen in the notation of outcome_cases.sql.

do $$
declare
    subject text;
begin
    for subject in select subject_id from given order by 1 loop
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
from given
cross join lateral string_to_table(results, ' ') with ordinality as entry (entry, place)
where entry <> '';
insert into ral.disposition (site_id, subject_id, ended, outcome, reason)
select 'S1', subject_id, pg_temp.day(split_part(ended, ' ', 1)::integer),
    case when ended like '% completed' then 'completed' else 'discontinued' end,
    nullif(substring(ended from ' (.*)'), 'completed')
from given
where ended <> '';
insert into ral.regimen (site_id, subject_id, drug, started, stopped, dose_mg, doses_per_day, start_reason, stop_reason)
select 'S1', subject_id, part[1], pg_temp.day(part[2]::integer), pg_temp.day(nullif(part[3], '')::integer),
    case when part[1] = 'RAL' then 400 end, case when part[1] = 'RAL' then 2 end, part[4], part[5]
from given
cross join lateral string_to_table(regimen, '; ') as entry
cross join lateral regexp_match(entry, '^(\w+) (\d+)-(\d*)(?: \+([a-z ]+))?(?: -([a-z ]+))?$') as part
where entry <> '';
