-- The results of an analysis as data, one row per statistic, and the displays made of them

create function _virotrial.statistic_label() returns table (statistic text, label text)
    language sql immutable parallel safe
    begin atomic
        values ('N', 'subjects of the group'), ('n', 'number'), ('missing', 'missing'),
            ('unknown', 'unknown'), ('censored', 'censored'), ('evaluable', 'evaluable'),
            ('not_evaluable', 'not evaluable'), ('percent', 'per cent'),
            ('percent_lowest', 'per cent, if no unknown answer is a response'),
            ('threshold', 'threshold, copies/mL'),
            ('percent_highest', 'per cent, if all unknown answers are responses'),
            ('mean', 'mean'), ('sd', 'standard deviation'), ('min', 'minimum'),
            ('p25', '25th percentile'), ('median', 'median'), ('p75', '75th percentile'),
            ('max', 'maximum'), ('sum', 'sum'), ('ci_lower', 'lower 95 % limit'),
            ('ci_upper', 'upper 95 % limit'), ('mean_mle', 'mean by likelihood'),
            ('sd_mle', 'standard deviation by likelihood'),
            ('mle_ci_lower', 'lower 95 % limit of the mean by likelihood'),
            ('mle_ci_upper', 'upper 95 % limit of the mean by likelihood'),
            ('median_ci_lower', 'lower 95 % limit of the median'),
            ('median_ci_upper', 'upper 95 % limit of the median'),
            ('geometric_mean', 'geometric mean, substituted'),
            ('geometric_mean_mle', 'geometric mean by likelihood'),
            ('hodges_lehmann', 'estimate of Hodges and Lehmann'),
            ('hodges_lehmann_ci_lower', 'its lower 95 % limit'),
            ('hodges_lehmann_ci_upper', 'its upper 95 % limit'),
            ('p_value', 'p value'), ('days', 'days from the first dose'),
            ('at_risk', 'number at risk'), ('events', 'number of events'),
            ('person_years', 'person-years'), ('rate', 'events per 100 person-years'),
            ('rate_ci_lower', 'lower 95 % limit of the rate'),
            ('rate_ci_upper', 'upper 95 % limit of the rate'),
            ('change_n', 'number of changes'), ('change_mean', 'mean change'),
            ('change_sd', 'standard deviation of the change'),
            ('change_ci_lower', 'lower 95 % limit of the mean change'),
            ('change_ci_upper', 'upper 95 % limit of the mean change'),
            ('worst_grade_0', 'worst grade 0'), ('worst_grade_1', 'worst grade 1'),
            ('worst_grade_2', 'worst grade 2'), ('worst_grade_3', 'worst grade 3'),
            ('worst_grade_4', 'worst grade 4'), ('worst_grade_not_known', 'worst grade not known'),
            ('worsened', 'number worse than at baseline');
    end;
comment on function _virotrial.statistic_label() is 'the statistics of analysis_result, and what each is called';

create function _virotrial.printed(value double precision, decimals integer, qualifier text,
    statistic text) returns text
    language sql immutable parallel safe
    return case when value is null then 'NE'
        when statistic = 'p_value' and value < 0.0001 then '<0.0001'
        else concat(nullif(qualifier, '='), round(value::numeric, decimals)) end;
comment on function _virotrial.printed(double precision, integer, text, text) is 'a statistic as a report prints it; NE where it is not estimable';

create type analysis_result_row as (
    result_id text,
    display text,
    "position" integer,
    population text,
    "grouping" text,
    group_value text,
    visit text,
    variable text,
    level text,
    statistic text,
    label text,
    value double precision,
    qualifier text,
    decimals integer,
    printed text,
    data_cut date,
    author text
);
comment on type analysis_result_row is 'a statistic of a report';

create function _virotrial.require_in_report(kind text, name text) returns text
    language plpgsql stable
    set search_path = pg_catalog, pg_temp
as $$
declare
    names text;
begin
    execute format($query$
        select string_agg(%1$I, ', ' order by position)
        from @extschema@.%2$I
        having not coalesce(bool_or(%1$I = $1), $2)$query$, kind, 'virotrial_' || kind)
        into names using name, kind in ('display', 'analysis_set');
    if names is not null then
        raise exception using errcode = '22023',
            message = format('there is no %s "%s"', replace(kind, '_', ' '), name),
            hint = format('The %ss are %s.', replace(kind, '_', ' '), names);
    end if;
    return name;
end;
$$;
comment on function _virotrial.require_in_report(text, text) is 'the name of a display, figure, listing or analysis set; 22023 if there is none of this name. Null stands for all displays, and for the analysis set of the session';

create function _virotrial.require_analysis_set(name text, display text) returns text
    language plpgsql stable
    set search_path from current
as $$
declare
    chosen text = coalesce(_virotrial.require_in_report('analysis_set', name),
        _virotrial.chosen_analysis_set());
    permitted text[];
begin
    if chosen = 'treated' or display is null then
        return name;
    end if;
    select coalesce(array_agg(known.analysis_set order by known.position), '{}')
    from virotrial_analysis_set as known
    join virotrial_display as shown on shown.population = 'treated subjects'
    where shown.display = require_analysis_set.display
        and (known.displays is null or shown.display = any (known.displays))
    into permitted;
    if chosen <> all (permitted) then
        raise exception using errcode = '22023',
            message = format('there is no "%s" over the analysis set "%s"', display, chosen),
            hint = case permitted when '{}' then 'It is always over the same subjects.'
                else format('It may be over %s.', array_to_string(permitted, ', ')) end;
    end if;
    return name;
end;
$$;
comment on function _virotrial.require_analysis_set(text, text) is 'the analysis set, null for that of the session; 22023 if there is none of this name, or the display may not be over it';

create function analysis_result(study name, data_cut date default null, by name default null,
    display text default null, analysis_set text default null)
    returns setof analysis_result_row
    language sql
    begin atomic
        select row.*, current_user::text
        from _virotrial.report_rows(study, 'analysis_result', data_cut, by,
                _virotrial.require_in_report('display', display),
                _virotrial.require_analysis_set(analysis_set, display))
            as row (result_id text, display text, "position" integer, population text,
                "grouping" text, group_value text, visit text, variable text, level text,
                statistic text, label text, value double precision, qualifier text,
                decimals integer, printed text, data_cut date)
        where by is not null or row."grouping" = 'all';
    end;
comment on function analysis_result(name, date, name, text, text) is 'the results of a study for a report, one row per statistic: for data up to a day (by default that of the setting virotrial.data_cut), also by a column of its analysis_subject, of one display where it is named, and over an analysis set (by default that of the setting virotrial.analysis_set, else the treated)';

-- Strict, so that it is not inlined: of an array the planner would expect ten rows.
create function _virotrial.result_rows(results analysis_result_row[])
    returns setof analysis_result_row
    language sql immutable strict parallel safe rows 100000
    begin atomic
        select * from unnest(results);
    end;
comment on function _virotrial.result_rows(analysis_result_row[]) is 'the results of an array, as the planner should expect them: many';

create function _virotrial.display_rows(display text, results analysis_result_row[])
    returns table (part text, label text, cells text[])
    language sql stable
    begin atomic
        with shown as (
            select *
            from virotrial_display as known
            where known.display = display_rows.display
        ),
        line as (
            select *
            from virotrial_display_line as known
            where known.display = display_rows.display
        ),
        result as materialized (
            select result.population, result."position", result."grouping",
                result.group_value, result.visit,
                result.variable, result.level, result.statistic, result.printed
            from _virotrial.result_rows(results) as result
            cross join shown
            where result.display = display_rows.display
                and (result.visit is not null or not shown.shows_visits_only
                    or result.statistic = 'N')
        ),
        -- of which subjects the results are; without any, those of the display
        member as (
            select coalesce((select population from result where statistic = 'N' limit 1),
                shown.population) as population
            from shown
        ),
        groups as (
            select "grouping", group_value, printed as n,
                row_number() over (order by "grouping" <> 'all', group_value) as place
            from result
            where statistic = 'N'
        ),
        key as (
            select distinct result."position", result.visit, result.variable,
                result.level || case when result.level = shown.main_level then ' *' else '' end
                    as level
            from result
            cross join shown
            where result.statistic <> 'N'
        ),
        cell as materialized (
            select key."position", key.visit, key.variable, key.level, line.line,
                line.label, groups.place, groups.group_value,
                case when v1.printed is not null
                    and (line.statistics[2] is null or v2.printed is not null)
                    and (line.statistics[3] is null or v3.printed is not null)
                    and (line.statistics[4] is null or v4.printed is not null)
                    -- what is not estimable says so once, without per cent and limits
                    then regexp_replace(regexp_replace(format(line.template, v1.printed,
                        v2.printed, v3.printed, v4.printed), 'NE( %| to NE|, NE)', 'NE', 'g'),
                        'NE [(]NE[)]', 'NE') end as cell
            from key
            cross join groups
            cross join line
            left join result as v1 on v1."position" = key."position"
                and v1."grouping" = groups."grouping" and v1.group_value = groups.group_value
                and v1.statistic = line.statistics[1]
            left join result as v2 on v2."position" = key."position"
                and v2."grouping" = groups."grouping" and v2.group_value = groups.group_value
                and v2.statistic = line.statistics[2]
            left join result as v3 on v3."position" = key."position"
                and v3."grouping" = groups."grouping" and v3.group_value = groups.group_value
                and v3.statistic = line.statistics[3]
            left join result as v4 on v4."position" = key."position"
                and v4."grouping" = groups."grouping" and v4.group_value = groups.group_value
                and v4.statistic = line.statistics[4]
        ),
        -- a row of the table: a line of all groups, or a group of all statistics that has one
        body as (
            select cell."position", min(cell.variable) as variable, cell.line as place,
                min(coalesce(cell.level, cell.label, cell.variable)) as label,
                array_agg(coalesce(cell.cell, '') order by cell.place) as cells
            from cell
            cross join shown
            where not shown.has_statistic_columns
            group by cell."position", cell.line
            having bool_or(cell.place = 1 and cell.cell is not null)
            union all
            select cell."position", min(cell.variable), cell.place,
                min(coalesce(nullif(concat_ws(', ', cell.visit, cell.level,
                    case when cell.place > 1 then cell.group_value end), ''), cell.variable)),
                array_agg(coalesce(cell.cell, '') order by cell.line)
            from cell
            cross join shown
            where shown.has_statistic_columns
            group by cell."position", cell.place
            having bool_or(cell.cell is not null)
        ),
        marked as (
            select body.*, body.variable is distinct from lag(body.variable)
                over (order by body."position", body.place) as is_first
            from body
        ),
        page (section, "position", place, part, label, cells) as (
            select 1, 0, 0, 'title', concat_ws(', ', shown.title,
                nullif(member.population, shown.population)), null::text[]
            from shown
            cross join member
            union all
            select 2, 0, 0, 'population', concat('Population: ', member.population, ', N = ',
                coalesce((select n from groups where place = 1), '0')), null
            from member
            union all
            select 3, 0, 0, 'header', '', array(
                select line.label
                from line
                where shown.has_statistic_columns
                order by line.line) || array(
                select format('%s (N = %s)', groups.group_value, groups.n)
                from groups
                where not shown.has_statistic_columns
                order by groups.place)
            from shown
            union all
            select 4, "position", 0, 'section', variable, null
            from marked
            where is_first and label <> variable
            union all
            select 4, "position", place, case when label = variable then 'row' else 'detail' end,
                label, cells
            from marked
            union all
            select 4, 0, 0, 'section', 'Nothing to show.', null
            from shown
            where not exists (select from marked)
            union all
            select 5, 0, 0, 'footnote', concat(footnote, case when exists (
                select from cell where cell.cell ~ '\mNE\M') then ' NE: not estimable.' end), null
            from shown
        )
        select part, label, cells
        from page
        order by section, "position", place;
    end;
comment on function _virotrial.display_rows(text, analysis_result_row[]) is 'a display made of results: its title, population, header, sections, rows, details of a section or row, and footnote, in this order';

create function display(study name, display text, data_cut date default null,
    by name default null, analysis_set text default null)
    returns table (part text, label text, cells text[])
    language sql
    begin atomic
        select *
        from _virotrial.display_rows(display, array(
            select result
            from analysis_result(study, data_cut, by, display, analysis_set) as result));
    end;
comment on function display(name, text, date, name, text) is 'a table of a study''s report, as virotrial_display lists them: its title, population, header, sections, rows, details of a section or row, and footnote, in this order; for data up to a day (by default that of the setting virotrial.data_cut), also by a column of its analysis_subject, and over an analysis set, as virotrial_analysis_set lists them';
