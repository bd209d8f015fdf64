-- What the comparisons share.  Each script runs in a session of its own, with
-- test/oracle as psql's working directory and the extension installed.
\set ON_ERROR_STOP on
set client_min_messages = warning;

create temp table comparison (subject text, figure text, data_set text, error float8);

-- Distance of a figure from the expected one, relative to the expected one.
-- Means and their limits are judged against the standard deviation where that is
-- larger, and quantiles against 1: what cancels to almost 0 has no relative
-- precision of its own.  An expected 0 is judged absolutely.  NULL on one side only is an infinite error.
create function pg_temp.figure_error(figure text, got jsonb, expected jsonb) returns float8
    language sql immutable
    return (
        select case when g is null and e is null then 0
                    when g is null or e is null then 'Infinity'
                    when g = e then 0
                    else abs(g - e) / coalesce(nullif(greatest(abs(e), spread), 0), 1) end
        from (select (got ->> figure)::float8 as g, (expected ->> figure)::float8 as e,
                     case when figure in ('mean', 'ci_lower', 'ci_upper') then (expected ->> 'sd')::float8
                          when figure in ('mean_mle', 'mle_ci_lower', 'mle_ci_upper') then (expected ->> 'sd_mle')::float8
                          when figure = 'quantity' then 1
                     end as spread) as figures);

-- Every figure of an expected row, against the row that virotrial returned.
create function pg_temp.compare_row(subject text, data_set text, got jsonb, expected jsonb) returns setof comparison
    language sql immutable
begin atomic
    select subject, figure, data_set, pg_temp.figure_error(figure, got, expected)
    from jsonb_object_keys(expected) as figure;
end;
