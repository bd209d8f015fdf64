-- davg over davg.csv; see davg.R.
\ir setup.sql

create temp table expected (data_set integer, results text, davg float8);
\copy expected from 'davg.csv' with (format csv, header)

insert into comparison
    select c.*
    from (select data_set,
                 jsonb_build_object('davg', davg(split_part(result, ':', 1)::float8,
                                                 nullif(split_part(result, ':', 2), '.')::float8)) as got
          from expected cross join lateral string_to_table(results, ' ') as result
          group by data_set) as averages
    join expected using (data_set)
    cross join lateral pg_temp.compare_row(
        'davg', data_set::text, got, to_jsonb(expected) - array['data_set', 'results']) as c;

\ir report.sql
