-- What the differential test and the hammer share: random changes of a study's
-- tables, legal and illegal, by the catalogue.  A change is a row on record or a
-- copy of one, some of whose columns have values of other rows, days and numbers
-- beside their own, or nothing.
--
-- Call create_pool(study) first; setseed() makes changes repeatable.

set client_min_messages = warning;

-- The tables that change: all but rules, criteria, algorithms and what the extension writes.
create table changing_table (
    name text primary key,
    pk text[] not null,
    columns text[] not null,
    of_subject boolean not null
);

create table pool (
    "table" text,
    "column" text,
    type text,
    nullable boolean,
    is_key boolean,
    place integer,
    known text[],                 -- values as JSON
    primary key ("table", "column")
);

create procedure create_pool(study text)
    language plpgsql
as $$
declare
    entry pool;
begin
    insert into changing_table
    select c.relname, k.columns, a.columns, a.columns @> array['site_id', 'subject_id']
    from pg_class c
    cross join lateral (
        select array_agg(attname::text order by attnum) as columns from pg_attribute
        where attrelid = c.oid and attnum > 0 and attgenerated = '' and attname not in ('entered_by', 'entered_at', 'entered_in')) as a
    cross join lateral (
        select array_agg(attname::text order by attnum) as columns
        from pg_index join pg_attribute on attrelid = c.oid and attnum = any (indkey) where indrelid = c.oid and indisprimary) as k
    where c.relnamespace = study::regnamespace and c.relkind = 'r' and k.columns is not null
        and c.relname !~ '_history$' and c.relname !~ '^(change|change_reason|pooled_login|seal|exchange_seal|query|query_event|source_verification|delivered_file|arrival|site_feed|quarantine|data_lock|signature|rule|rule_context|eligibility_.*|deviation|resistance_algorithm_.*|simulated_candidate|toxicity_grade_table|drug_abnormality|arm|stratum|dose|coding_dictionary|coding_term|per_protocol_exclusion|allocation.*|unblinding)$';
    insert into pool
    select name, attname, format_type(atttypid, null), not attnotnull, attname = any (pk), attnum, null
    from changing_table
    join pg_attribute on attrelid = format('%I.%I', study, name)::regclass and attname = any (columns);
    for entry in select * from pool loop
        execute format('update pool set known = array(select value from (select distinct to_jsonb(%I)::text as value from %I.%I) as d
            where value is not null order by md5(value) limit 40) where "table" = %L and "column" = %L',
            entry."column", study, entry."table", entry."table", entry."column");
    end loop;
end;
$$;

create function draw(choices text[]) returns text
    language sql volatile
    return choices[1 + floor(random() * cardinality(choices))::integer];

-- Another value of a column, as JSON.
create function random_value(entry pool, before jsonb) returns jsonb
    language plpgsql volatile
as $$
declare
    old text := before #>> '{}';
    known text := coalesce(draw(entry.known), 'null');
    chance double precision := random();
begin
    if entry.nullable and random() < 0.3 or random() < 0.01 then
        return 'null';
    elsif entry.type = 'date' and old ~ '^\d{4}-' and chance < 0.6 then
        return to_jsonb(old::date + floor(random() * 121 - 60)::integer);
    elsif entry.type = 'date' and chance < 0.65 then
        return to_jsonb(current_date + floor(random() * 9 - 3)::integer);
    elsif entry.type = 'date' and chance < 0.67 then
        return to_jsonb(date '1899-12-31');
    elsif entry.type = 'timestamp with time zone' and chance < 0.5 and old is not null then
        return to_jsonb(old::timestamptz + (random() * 96 - 48) * interval '1 hour');
    elsif entry.type in ('integer', 'smallint', 'double precision') and chance < 0.3 and old is not null then
        return to_jsonb(least(old::float8, 1e4) + floor(random() * 5 - 2));
    elsif entry.type = 'boolean' then
        return to_jsonb(chance < 0.5);
    elsif entry.type = 'viral_load' and chance < 0.6 then
        return to_jsonb(draw('{<50,<40,20,75,400,12000,>500000,>75000,TND}'));
    elsif entry.type = 'text' and chance < 0.07 then
        return to_jsonb(draw('{other,unscheduled 7,2.0}'));
    end if;
    return known::jsonb;
end;
$$;

-- A row on record of a table, of a subject if that is given, or null.
create function random_row(study text, changing changing_table, site text, subject text) returns jsonb
    language plpgsql volatile
as $$
declare
    chosen jsonb;
begin
    execute format('select (array_agg(found order by found::text))[1 + floor($3 * count(*))::integer] from (select to_jsonb(t) as found from %I.%I as t%s) as t',
        study, changing.name, case when subject is not null then ' where site_id = $1 and subject_id = $2' end)
        into chosen using site, subject, random();
    return chosen - array['entered_by', 'entered_at', 'entered_in'];
end;
$$;

-- A change of a table: {"key": the row on record, "row": the row that comes}.  Null if there is no row to change.
create function random_change(study text, changing changing_table, verb text, site text, subject text) returns jsonb
    language plpgsql volatile
as $$
declare
    key jsonb := random_row(study, changing, site, subject);
    changed jsonb;
    entry pool;
begin
    if key is null and verb <> 'insert' then
        return null;
    end if;
    changed := coalesce(key, random_row(study, changing, null, null), '{}');
    if subject is not null then
        changed := changed || jsonb_build_object('site_id', site, 'subject_id', subject);
    end if;
    for entry in select * from pool where "table" = changing.name
            and (subject is null or "column" not in ('site_id', 'subject_id')) order by place loop
        if random() < (case when verb = 'insert' and entry.is_key then 0.7 when entry.is_key then 0.05 else 0.15 end) then
            changed := jsonb_set(changed, array[entry."column"], random_value(entry, changed -> entry."column"));
        end if;
    end loop;
    return jsonb_build_object('key', key, 'row', changed);
end;
$$;

-- The statement that makes changes of a table, an array.
create function statement_of(study text, changing changing_table, verb text, changes jsonb) returns text
    language plpgsql stable
as $$
declare
    target text := format('%I.%I', study, changing.name);
    source text := format('jsonb_array_elements(%L) as changes (change)', changes);
    columns text := (select string_agg(quote_ident(c), ', ' order by place) from unnest(changing.columns) with ordinality as u (c, place));
    same text := (select string_agg(format('old.%1$I = key.%1$I', c), ' and ') from unnest(changing.pk) as c);
    record text := format('cross join lateral jsonb_populate_record(null::%s, change -> ', target);
begin
    return case verb
        when 'insert' then format('insert into %s (%s) select %s from %s %s''row'') as new', target, columns, 'new.' || replace(columns, ', ', ', new.'), source, record)
        when 'update' then format('update %s as old set %s from %s %s''row'') as new %4$s''key'') as key where %s', target,
            (select string_agg(format('%1$I = new.%1$I', c), ', ') from unnest(changing.columns) as c), source, record, same)
        else format('delete from %s as old using %s %s''key'') as key where %s', target, source, record, same) end;
end;
$$;
