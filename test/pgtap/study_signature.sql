-- Signatures: what they are bound to, what breaks them and what does not, and that
-- nobody alters or forges one.
\ir include/study.sql
select no_plan();
call make_subject('001');
call make_subject('002');
call make_subject('003', 'S2');
insert into ral.cd4_result (site_id, subject_id, collected, visit, cd4_count) select site_id, subject_id, '2008-01-15', 'screening', 310 from ral.subject;

-- ---- what is signed
create temporary table sign (scope text primary key, statement text);
insert into sign values
    ('record', $$insert into ral.signature (scope, table_name, row_key, meaning, authentication) values ('record', 'cd4_result', '{"subject_id": "001"}', 'review', 'password')$$),
    ('visit', $$insert into ral.signature (scope, subject_id, visit, meaning, authentication) values ('visit', '001', 'screening', 'review', 'password')$$),
    ('subject', $$insert into ral.signature (scope, subject_id, meaning, authentication) values ('subject', '001', 'approval', 'password')$$),
    ('site', $$insert into ral.signature (scope, site_id, meaning, authentication) values ('site', 'S1', 'approval', 'password')$$),
    ('study', $$insert into ral.signature (scope, meaning, authentication) values ('study', 'responsibility', 'password')$$);
set virotrial.application_user = 'investigator';
select statement from sign \gexec
reset virotrial.application_user;

-- The rows of each scope, found in another way: by the catalogue, one table after another.
create function rows_of(scope text) returns table (target text, leaf bytea)
    language plpgsql
as $$
declare
    found record;
    condition text;
begin
    for found in select relname, oid, array(select attname::text from pg_attribute where attrelid = c.oid and not attisdropped) as columns
            from pg_class as c where relnamespace = 'ral'::regnamespace and relkind = 'r' and (relname = 'art_history' or relname !~ '_history$') and relname !~ '^(change|seal|seal_leaf|deferred_judgement|arrival|site_feed|quarantine|query.*|source_verification|data_lock|signature|site_access|pooled_login)$' loop
        condition := case when scope = 'study' then 'true'
            when scope = 'site' and 'site_id' = any (found.columns) then $c$site_id = 'S1'$c$
            when scope = 'subject' and 'subject_id' = any (found.columns) then $c$subject_id = '001'$c$
            when scope = 'visit' and found.columns @> '{subject_id,visit}' then $c$subject_id = '001' and visit = 'screening'$c$
            when scope = 'record' and found.relname = 'cd4_result' then $c$subject_id = '001'$c$ end;
        if condition is not null then
            return query execute format('select %L, sha256(_virotrial.canonical_row(t, %1$L, ''e'')) from ral.%1$I as t where %2$s', found.relname, condition);
        end if;
    end loop;
end;
$$;
-- RFC 6962, by its definition: leaves are digests here
create function tree_root(leaves bytea[]) returns bytea
    language plpgsql
as $$
declare
    n constant integer := cardinality(leaves);
    k integer := 1;
begin
    if n = 1 then
        return leaves[1];
    end if;
    while k * 2 < n loop
        k := k * 2;
    end loop;
    return sha256('\x01' || tree_root(leaves[1:k]) || tree_root(leaves[k + 1:]));
end;
$$;
select results_eq('select scope, records, digest from ral.signature order by scope',
    'select scope, count(*), tree_root(array_agg(leaf order by leaf)) from sign cross join lateral rows_of(scope) group by scope order by scope', 'what is signed is the root of its rows'' tree');
select results_eq($$select scope, records from ral.signature where scope in ('record', 'visit')  order by scope$$, $$values ('record', 1::bigint), ('visit', 3)$$, 'of the visit: itself, a CD4 and a viral load');
select results_eq('select scope, site_id, subject_id, visit, table_name, row_key, person, entered_by from ral.signature order by scope',
    $$values ('record', 'S1', '001', null, 'cd4_result', '{"site_id": "S1", "subject_id": "001", "collected": "2008-01-15", "replicate": 1}'::jsonb, 'investigator', session_user::text collate "default"),
        ('site', 'S1', null, null, null, null, 'investigator', session_user), ('study', null, null, null, null, null, 'investigator', session_user),
        ('subject', 'S1', '001', null, null, null, 'investigator', session_user), ('visit', 'S1', '001', 'screening', null, null, 'investigator', session_user)$$, 'what, and by whom');
select results_eq($$select scope, meaning, authentication, person, status, changed, changed_rows from signatures('ral') order by 1$$,
    $$select scope, meaning, authentication, person, 'valid', null::bigint, null::jsonb from ral.signature order by 1$$, 'all are valid');
set datestyle = 'SQL, DMY';
set timezone = 'Asia/Shanghai';
set extra_float_digits = 0;
set bytea_output = 'escape';
select is_empty($$select * from signatures('ral') where status <> 'valid'$$, 'whatever the settings');
reset datestyle;
reset timezone;
reset extra_float_digits;
reset bytea_output;

-- ---- what breaks it
create function broken_by(variadic statements text[]) returns text
    language plpgsql
as $$
declare
    statement text;
    broken text;
begin
    foreach statement in array statements loop
        execute statement;
    end loop;
    select concat_ws(': ', string_agg(scope, ' ' order by scope), max(changed_rows -> 0 ->> 'table_name') || ' ' || max(changed)) into broken
    from signatures('ral') where status = 'broken';
    raise exception using errcode = 'ZZ000', message = broken;
exception when sqlstate 'ZZ000' then
    return sqlerrm;
end;
$$;
select is(broken_by(variadic string_to_array(statements, '; ')), expected, statements) from (values
    ($$update ral.cd4_result set cd4_count = 300 where subject_id = '001'$$, 'record site study subject visit: cd4_result 1'),
    ($$update ral.cd4_result set cd4_count = cd4_count where subject_id = '001'$$, 'record site study subject visit: cd4_result 1'),
    ($$update ral.cd4_result set cd4_count = 300 where subject_id = '001'; update ral.cd4_result set cd4_count = 310 where subject_id = '001'$$, 'record site study subject visit: cd4_result 1'),
    ($$delete from ral.cd4_result where subject_id = '001'$$, 'record site study subject visit: cd4_result 1'),
    ($$update ral.cd4_result set visit = null where subject_id = '001'$$, 'record site study subject visit: cd4_result 1'),
    ($$update ral.cd4_result set replicate = 2 where subject_id = '001'$$, 'record site study subject visit: cd4_result 2'),
    ($$insert into ral.cd4_result (site_id, subject_id, collected, replicate, visit, cd4_count) values ('S1', '001', '2008-01-15', 2, 'screening', 5)$$, 'site study subject visit: cd4_result 1'),
    ($$insert into ral.cd4_result (site_id, subject_id, collected, cd4_count) values ('S1', '001', '2007-07-07', 5)$$, 'site study subject: cd4_result 1'),
    ($$update ral.subject set birth_date = '1970-06-16' where subject_id = '001'$$, 'site study subject: subject 1'),
    ($$update ral.cd4_result set cd4_count = 300 where subject_id = '002'$$, 'site study: cd4_result 1'),
    ($$update ral.site set name = 'A' where site_id = 'S1'$$, 'site study: site 1'),
    ($$update ral.cd4_result set cd4_count = 300 where subject_id = '003'$$, 'study: cd4_result 1'),
    ($$update ral.protocol set title = 'T'$$, 'study: protocol 1'),
    ($$delete from ral.cd4_result; delete from ral.viral_load_result where visit = 'screening'$$, 'record site study subject visit: cd4_result 6'),
    ($$insert into ral.query (table_name, row_key, message) values ('subject', '{"subject_id": "001"}', 'Who?')$$, ''),
    ($$insert into ral.source_verification (table_name, row_key) values ('subject', '{"subject_id": "001"}')$$, ''),
    ($$insert into ral.data_lock (scope, subject_id, reason) values ('subject', '001', 'signed')$$, ''),
    ($$insert into ral.signature (scope, subject_id, meaning, authentication) values ('subject', '001', 'review', 'password')$$, ''),
    ($$insert into ral.site_access (login, site_id) values ('inspector', '*')$$, ''),
    ($$set local session_replication_role = replica; update ral.cd4_result set cd4_count = 300 where subject_id = '001'$$, 'record site study subject visit'),
    ($$set local session_replication_role = replica; delete from ral.cd4_result where subject_id = '001'$$, 'record site study subject visit'),
    ($$set local session_replication_role = replica; update ral.signature set digest = sha256('') where scope = 'visit'$$, 'visit'),
    ($$create table ral.weight (site_id text, subject_id text, kg numeric, primary key (site_id, subject_id)); call guard('ral.weight')$$, ''),
    ($$alter table ral.cd4_result add column lot text$$, '')) as known (statements, expected);
begin;
insert into ral.cd4_result (site_id, subject_id, collected, cd4_count) values ('S2', '003', '2007-07-08', 5);
insert into ral.signature (scope, subject_id, meaning, authentication) values ('subject', '003', 'review', 'own');
commit;
begin;
update ral.subject set sex = sex where subject_id = '003';
select results_eq($$select status, changed, changed_rows -> 0 ->> 'table_name' from signatures('ral') where authentication = 'own'$$, $$values ('broken', 1::bigint, 'subject')$$,
    'what the signer himself had entered before is not named');
rollback;
delete from ral.cd4_result where collected = '2007-07-08';
update ral.cd4_result set cd4_count = 300 where subject_id = '001';
select statement from sign where scope = 'visit' \gexec
select results_eq($$select status, changed_rows from signatures('ral') where scope = 'visit' order by signature_id$$,
    $$values ('broken', '[{"row_key": {"visit": "x"}}]'::jsonb - 0 || '[{"row_key": {"site_id": "S1", "subject_id": "001", "collected": "2008-01-15", "replicate": 1}, "table_name": "cd4_result"}]'), ('valid', null)$$,
    'who signs again signs what is there now');
select is((select count(*) from signatures('ral') where scope = 'study' and changed = 2), 1::bigint, 'a row is named once');
update ral.art_history set stopped = '2008-01-02';
select results_eq($$select changed, jsonb_array_length(changed_rows) from signatures('ral') where scope = 'study'$$, $$values (11::bigint, 11)$$, 'as many as there are');
update ral.assay set lower_limit = lower_limit;
update ral.rule set hint = hint;
select results_eq($$select changed > 20, jsonb_array_length(changed_rows) from signatures('ral') where scope = 'study'$$, $$values (true, 20)$$, 'and twenty are named');

-- ---- what can be signed, and said
select is(outcome(format('insert into ral.signature (scope, site_id, subject_id, visit, table_name, row_key, meaning, authentication, remark) values (%L, %L, %L, %L, %L, %L, %L, %L, %L)',
    scope, site, subject, visit, target, key, meaning, authentication, remark)), expected, concat_ws(' ', scope, site, subject, visit, target, key, meaning, authentication, remark))
from (values
    ('subject', null, '001', null, null, null, 'approval', 'badge', 'all of it', 'accepted'),
    ('subject', null, '001', null, null, null, 'authorship', 'badge', null, 'accepted'),
    ('subject', null, '001', null, null, null, 'liking', 'badge', null, '23514 ral.signature signature_meaning_check'),
    ('subject', null, '001', null, null, null, null, 'badge', null, '23502 ral.signature'),
    ('subject', null, '001', null, null, null, 'approval', null, null, '23502 ral.signature'),
    ('subject', null, '001', null, null, null, 'approval', ' ', null, '23514 ral.signature signature_authentication_check'),
    ('subject', null, '001', null, null, null, 'approval', 'badge', ' ', '23514 ral.signature signature_remark_check'),
    ('subject', 'S2', '001', null, null, null, 'approval', 'badge', null, 'P0002'),
    ('subject', 'S1', null, null, null, null, 'approval', 'badge', null, '22004'),
    ('site', 'S7', null, null, null, null, 'approval', 'badge', null, 'P0002'),
    ('visit', null, '001', 'week 4', null, null, 'approval', 'badge', null, 'P0002'),
    ('record', null, null, null, 'assay', '{"assay": "Quantiplex 3.0"}', 'approval', 'badge', null, 'accepted'),
    ('record', null, null, null, 'signature', '{"signature_id": 1}', 'approval', 'badge', null, '22023'),
    ('record', null, null, null, 'seal', '{}', 'approval', 'badge', null, '23514 ral.signature'),
    ('arm', null, null, null, null, null, 'approval', 'badge', null, '23502 ral.signature')) as known (scope, site, subject, visit, target, key, meaning, authentication, remark, expected)
where target is distinct from 'seal' and scope <> 'arm';
select is(outcome(statement), '55000', statement) from unnest(array[$$update ral.signature set meaning = 'approval'$$, 'delete from ral.signature',
    $$update ral.signature set entered_by = 'another'$$, $$merge into ral.signature using (values (1)) as one on true when matched then delete$$,
    $$insert into ral.signature (signature_id, scope, meaning, authentication) overriding system value values (1, 'study', 'review', 'x') on conflict (signature_id) do update set meaning = 'review'$$]) as statement;
select is(outcome('truncate ral.signature'), '55000 ral.signature', 'truncate');
insert into ral.signature (scope, subject_id, meaning, authentication, person, entered_by, entered_at, tables, records, digest)
    values ('subject', '002', 'approval', 'forged', 'another', 'wang', '1999-01-01', '{subject}', 7, sha256('x'));
select results_eq($$select person, entered_by, entered_at > '2020-01-01', cardinality(tables) > 9, digest = sha256('x') from ral.signature where authentication = 'forged'$$,
    $$values (null::text, session_user::text collate "default", true, true, false)$$, 'what is forged is not taken');
select is((select status from signatures('ral') where authentication = 'forged'), 'valid', 'what was signed is what is there');

-- ---- as it was
create temporary table moment as select clock_timestamp() as then, (select jsonb_agg(s order by signature_id) from signatures('ral') as s) as states;
select pg_sleep(0.01);
update ral.cd4_result set cd4_count = 299;
select format('call freeze_analysis(%L, %L, %L)', 'ral', "then", 'ral_before') from moment \gexec
select is((select jsonb_agg(s - 'changed' - 'changed_rows' order by s -> 'signature_id') from (select to_jsonb(s) as s from signatures('ral_before') as s) as s),
    (select jsonb_agg(s - 'changed' - 'changed_rows' order by s -> 'signature_id') from moment, jsonb_array_elements(states) as s), 'a frozen study has the signatures that were valid then');
select is((select count(*) from signatures('ral') where status = 'valid'), 0::bigint, 'of which none is now');
call seal('ral');
select is_empty($$select * from verify('ral')$$, 'the seal covers signatures');
select * from finish();
