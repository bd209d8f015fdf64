-- remember_rows() keeps a digest of the rows of study ral, by the columns of today;
-- lost_rows() says which tables have other rows in these columns. A row that the upgrade
-- itself changed has a stamp of its own, and its history another version.
create table remembered (table_name text, columns text, rows bigint, digest text);

create function row_digest(table_name text, columns text, out rows bigint, out digest text)
    language plpgsql
    set timezone = 'UTC'
as $$
begin
    execute format('select count(*), md5(string_agg(r::text, '' '' order by r::text collate "C")) '
        'from (select %s from ral.%I %s) as r', columns, table_name,
        case when columns ~ '\mended_in\M' then 'where ended_in not in (select change_id '
            'from ral.change where source = ''upgrade_study'')' end) into rows, digest;
end;
$$;

create procedure remember_rows()
    language sql
begin atomic
    insert into remembered
    select relname, columns, found.rows, found.digest
    from (
        select relname, string_agg(quote_ident(attname), ', ' order by attname)
            filter (where relname ~ '_history$' or attname !~ '^entered_(by|at|in)$') as columns
        from pg_class join pg_attribute on attrelid = pg_class.oid
        where relnamespace = 'ral'::regnamespace and relkind = 'r' and attnum > 0
            and not attisdropped and relname !~ '^(change|rule|rule_context)$'
        group by relname) as tables,
        row_digest(relname, columns) as found;
end;

create function lost_rows() returns setof text
    language sql
begin atomic
    select table_name from remembered, row_digest(table_name, columns) as found
    where (found.rows, found.digest) is distinct from (remembered.rows, remembered.digest);
end;
