-- Whole rows of views as text, and a small study whose rows a person can argue.

-- A row as "column=value | column=value", in the order of the columns and
-- without those that are null; a number has at most four decimals, a text 120 characters.
create function rows_of(view text, condition text default 'true') returns setof text
    language plpgsql
as $$
begin
    return query execute (
        select format('select concat_ws('' | '', %s) from ral.%I as r where %s',
            string_agg(format('%L || %s', a.attname || '=', case a.atttypid
                when 'float8'::regtype then format('trim_scale(round(r.%I::numeric, 4))', a.attname)
                else format('left(regexp_replace(r.%I::text, ''\s+'', '' '', ''g''), 120)', a.attname) end), ', ' order by a.attnum), view, condition)
        from pg_attribute as a
        where a.attrelid = format('ral.%I', view)::regclass and a.attnum > 0);
end;
$$;

-- The views that were compared, and one assertion that the rows of one for which
-- a condition holds are those of a text: a line each, without the lines that argue.
create table compared (view text not null);
create function rows_are(view text, expected text, condition text default 'true') returns text
    language sql
begin atomic
    insert into compared values (view);
    select bag_eq(format('select rows_of(%L, %L)', view, condition),
        format('select unnest(%L::text[])', array(
            select btrim(line) from regexp_split_to_table(expected, E'\n') as line where line ~ '[^[:space:]]' and line !~ '^ *#')),
        view || case when condition <> 'true' then ' where ' || condition else '' end);
end;
