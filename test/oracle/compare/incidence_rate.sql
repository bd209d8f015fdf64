-- incidence_rate over incidence_rate.csv; see incidence_rate.R.
\ir setup.sql

create temp table expected (
    data_set integer, conf_level float8, subjects text,
    events bigint, person_years float8, rate float8, ci_lower float8, ci_upper float8);
\copy expected from 'incidence_rate.csv' with (format csv, header)

insert into comparison
    select c.*
    from (select data_set,
                 to_jsonb(incidence_rate(split_part(subject, ':', 1)::bigint, split_part(subject, ':', 2)::float8,
                                         conf_level)) as got
          from expected cross join lateral string_to_table(subjects, ' ') as subject
          group by data_set) as rates
    join expected using (data_set)
    cross join lateral pg_temp.compare_row(
        'incidence_rate', data_set::text, got,
        to_jsonb(expected) - array['data_set', 'conf_level', 'subjects']) as c;

\ir report.sql
