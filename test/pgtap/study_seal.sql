-- The seal finds what was done behind the system's back, and names it; and what of it
-- cannot be seen if it was done before the first seal.
\ir include/study.sql
select no_plan();
set datestyle = 'ISO';

-- A study with a history: corrections, removed rows, changes of two reasons.
call create_study('sealed');
call simulate_study('sealed', subjects => 12, sites => 2, seed => 5);
create procedure correct_some(study text)
    language plpgsql
as $$
begin
    perform set_config('search_path', study || ', public', true);
    perform set_config('virotrial.reason', 'transcription: misread', true);
    update visit set deviation_reason = 'snow' where (site_id, subject_id, visit) = ('S1', 'S1-001', 'week 4');
    update subject set sex = case sex when 'male' then 'female' else 'male' end where subject_id = 'S1-002';
    perform set_config('virotrial.reason', 'duplicate', true);
    delete from cd4_result where ctid = (select max(ctid) from cd4_result);
end;
$$;
call correct_some('sealed');
select is_empty('select * from verify(''sealed'')', 'a study that was never sealed has nothing to be found');
create table kept (number integer, digest text);
call seal('sealed');
insert into kept select 1, digest from seal_head('sealed');
do $$ begin perform set_config('virotrial.reason', 'source', true);
    update sealed.visit set deviation_reason = 'ice' where (site_id, subject_id, visit) = ('S1', 'S1-001', 'week 4'); end $$;
call seal('sealed');
call correct_some('sealed');
call seal('sealed');
insert into kept select 2, digest from seal_head('sealed');
select is((select block from seal_head('sealed')), 3::bigint, 'blocks are counted from 1');
select is_empty('select * from verify(''sealed'')', 'what was sealed is found intact');
select is_empty(format('select * from verify(''sealed'', %L)', digest), 'and has the head that was kept') from kept;
select is_empty('select * from verify(''sealed'', upper((select digest from kept where number = 1)) || '' '')', 'written in capitals, too');
call seal('sealed');
select is((select block from seal_head('sealed')), 3::bigint, 'where nothing was changed there is nothing to seal');

-- ---- ordinary statements
select throws_ok(statement, '55000', null, statement) from unnest(array[
    'insert into sealed.seal select * from sealed.seal', 'update sealed.seal set sealed_by = ''x''',
    'delete from sealed.seal', 'truncate sealed.seal', 'delete from sealed.seal_leaf', 'truncate sealed.seal_leaf',
    'insert into sealed.seal_leaf values (9, '''')', 'update sealed.seal_leaf set block = 2']) as statement;

-- ---- acts of a superuser.  Each is tried, and rolled back.
create table act (
    number integer generated always as identity,
    act text primary key,
    statement text not null,
    names text,         -- a table that is named, and a key and a column if they are
    key text,
    column_name text,
    finding text not null,
    by_head boolean not null default false,        -- only by a head that was kept elsewhere
    seen_before text                               -- what is seen of it if it was done before the first seal; NULL for nothing
);

-- What verify() finds after an act; with a seal after it, if asked for.
create function found_after(study text, statement text, with_seal boolean default false, head text default null)
    returns table (block bigint, table_name text, key text, column_name text, finding text)
    language plpgsql
as $$
declare
    answer text;
begin
    begin
        perform set_config('session_replication_role', 'replica', true);
        perform set_config('search_path', study || ', public', true);
        execute statement;
        perform set_config('session_replication_role', 'origin', true);
        if with_seal then
            call seal(study);
        end if;
        select coalesce(json_agg(f), '[]') into answer from verify(study, head) as f;
        raise exception 'done' using errcode = 'ZZ001', detail = answer;
    exception when sqlstate 'ZZ001' then
        get stacked diagnostics answer = pg_exception_detail;
    end;
    return query select * from json_to_recordset(answer::json)
        as f (block bigint, table_name text, key text, column_name text, finding text);
end;
$$;

insert into act (act, statement, names, key, column_name, finding, seen_before) values
    ('a value is changed', 'update viral_load_result set viral_load = ''77'' where subject_id = ''S1-001'' and visit = ''week 4''',
        'viral_load_result', 'S1, S1-001, %', 'viral_load', 'the row was changed%', null),
    ('a limit is changed to a number', 'update viral_load_result set viral_load = quantity(viral_load) where is_censored(viral_load) and qualifier(viral_load) = ''<''',
        'viral_load_result', '%', 'viral_load', 'the row was changed%', null),
    ('a value is removed', 'update visit set deviation_reason = null where deviation_reason is not null',
        'visit', 'S1, S1-001, week 4', 'deviation_reason', 'the row was changed%', null),
    ('an empty value is filled', 'update visit set deviation_reason = ''x'' where (subject_id, visit) = (''S1-002'', ''week 4'')',
        'visit', 'S1, S1-002, week 4', 'deviation_reason', 'the row was changed%', null),
    ('a day is moved by one', 'update visit set visit_date = visit_date + 1 where (subject_id, visit) = (''S1-002'', ''week 4'')',
        'visit', 'S1, S1-002, week 4', 'visit_date', 'the row was changed%', null),
    ('a blank is added to a text', 'update site set name = name || '' '' where site_id = ''S2''',
        'site', 'S2', 'name', 'the row was changed%', null),
    ('two columns are changed', 'update subject set birth_date = birth_date - 365, sex = case sex when ''male'' then ''female'' else ''male'' end where subject_id = ''S1-003''',
        'subject', 'S1, S1-003', 'birth_date', 'the row was changed%', null),
    ('the last bit of a number is changed', 'update lab_result set value = ''99.99999999999999'' where ctid = (select min(ctid) from lab_result)',
        'lab_result', '%', 'value', 'the row was changed%', null),
    ('the author is changed', 'update visit set entered_by = ''somebody'' where (subject_id, visit) = (''S1-002'', ''week 4'')',
        'visit', 'S1, S1-002, week 4', 'entered_by', 'the row was changed%', null),
    ('the time of entry is moved by a microsecond', 'update visit set entered_at = entered_at + interval ''1 us'' where (subject_id, visit) = (''S1-002'', ''week 4'')',
        'visit', 'S1, S1-002, week 4', 'entered_at', 'the row was changed%', null),
    ('a row is put under another sealed change', 'update visit set entered_in = (select max(c) from (select change_id from change where change_id <> entered_in order by 1 limit 1) as o (c)) where (subject_id, visit) = (''S1-002'', ''week 4'')',
        'visit', 'S1, S1-002, week 4', 'entered_in', 'the row was changed%', null),
    ('a row is put under a change that is not there', 'update visit set entered_in = 999999 where (subject_id, visit) = (''S1-002'', ''week 4'')',
        'visit', 'S1, S1-002, week 4', null, '%is not there%', 'change 999999 is not there%'),
    ('a row is removed', 'delete from visit where (subject_id, visit) = (''S1-002'', ''week 4'')',
        'visit', 'S1, S1-002, week 4', null, 'the row that was sealed is not there%', null),
    ('all rows of a table are removed', 'truncate viral_load_result',
        'viral_load_result', 'S1, S1-001, %', null, 'the row that was sealed is not there%', null),
    ('a row is inserted without a change', 'insert into site (site_id, name) values (''S9'', ''ghost'')',
        'site', 'S9', null, 'change 0 is not there%', 'change 0 is not there%'),
    ('a row is inserted under a sealed change', 'insert into visit (site_id, subject_id, visit, visit_date, entered_by, entered_at, entered_in) select site_id, subject_id, ''week 99'', visit_date, entered_by, entered_at, entered_in from visit where (subject_id, visit) = (''S1-002'', ''week 4'')',
        'visit', 'S1, S1-002, week 99', null, 'the row was not sealed%', null),
    ('a row gets another key', 'update visit set visit = ''week 99'' where (subject_id, visit) = (''S1-002'', ''week 4'')',
        'visit', 'S1, S1-002, week 99', null, 'the row was not sealed%', null),
    ('rows exchange their values', 'update visit set visit_date = case visit when ''week 4'' then (select visit_date from visit as o where (o.subject_id, o.visit) = (''S1-001'', ''week 12'')) else (select visit_date from visit as o where (o.subject_id, o.visit) = (''S1-001'', ''week 4'')) end where subject_id = ''S1-001'' and visit in (''week 4'', ''week 12'')',
        'visit', 'S1, S1-001, week 12', 'visit_date', 'the row was changed%', null),
    ('a deviation is removed', 'delete from deviation where ctid = (select min(ctid) from deviation); delete from subject where subject_id = ''S1-004''',
        'subject', 'S1, S1-004', null, 'the row that was sealed is not there%', null),
    ('a parameter of the protocol is changed', 'update protocol set detection_limit = 400',
        'protocol', '%', 'detection_limit', 'the row was changed%', null),
    ('a rule is switched off', 'update rule set active = false where name = (select min(name) from rule)',
        'rule', '%', 'active', 'the row was changed%', null),
    ('a criterion is changed', 'update eligibility_criterion set query = query || '' '' where criterion = ''age''',
        'eligibility_criterion', 'age, %', 'query', 'the row was changed%', null),
    ('an earlier version is changed', 'update visit_history set deviation_reason = ''rain''',
        'visit', 'S1, S1-001, week 4', 'deviation_reason', '%was changed%', null),
    ('an earlier version is removed', 'delete from visit_history where ctid = (select min(ctid) from visit_history)',
        'visit', 'S1, S1-001, week 4', null, '%that was sealed is not there%', null),
    ('an earlier version is inserted', 'insert into visit_history select (jsonb_populate_record(v, jsonb_build_object(''visit_date'', visit_date - 9))).* from visit_history v limit 1',
        'visit', 'S1, S1-001, week 4', null, '%was not sealed%', null),
    ('an earlier version is there twice', 'insert into visit_history select * from visit_history limit 1',
        'visit', 'S1, S1-001, week 4', null, '%was not sealed%', null),
    ('the history is emptied', 'truncate cd4_result_history',
        'cd4_result', '%', null, 'the end of a version in the history that was sealed is not there%', null),
    ('the end of a version is moved', 'update visit_history set ended_at = ended_at + interval ''1 day''',
        'visit', 'S1, S1-001, week 4', 'ended_at', 'the end of a version%was changed%', null),
    ('a removal becomes a correction', 'update cd4_result_history set ended_as = ''update''',
        'cd4_result', '%', 'ended_as', 'the end of a version%was changed%', null),
    ('an end is put under no change', 'update visit_history set ended_in = 999999',
        'visit', null, null, 'change 999999 is not there%', 'change 999999 is not there%'),
    ('a row is moved to the history by hand', 'insert into visit_history select *, now(), entered_in, ''delete'' from visit where (subject_id, visit) = (''S1-002'', ''week 4''); delete from visit where (subject_id, visit) = (''S1-002'', ''week 4'')',
        'visit', 'S1, S1-002, week 4', null, 'the end of a version%was not sealed%', null),
    ('a correction is undone without a trace', 'delete from subject where subject_id = ''S1-002''; insert into subject select site_id, subject_id, birth_date, sex, entered_by, entered_at, entered_in from subject_history where subject_id = ''S1-002'' limit 1; delete from subject_history where subject_id = ''S1-002''',
        'subject', 'S1, S1-002', null, 'the row that was sealed is not there%', null),
    ('a removed row is brought back', 'insert into cd4_result select (jsonb_populate_record(null::cd4_result, to_jsonb(old))).* from cd4_result_history as old limit 1; delete from cd4_result_history',
        'cd4_result', '%', null, 'the end of a version%not there%', null),
    ('the author of a change is another one', 'update change set login = ''somebody'' where change_id = (select max(change_id) from change)',
        'change', '%', 'login', 'the change was changed%', null),
    ('the reason of a change is another one', 'update change set reason = ''well considered'' where reason is not null',
        'change', '%', 'reason', 'the change was changed%', null),
    ('a commit is moved to another day', 'update change set committed_at = committed_at - interval ''1 day''',
        'change', '%', 'committed_at', 'the change was changed%', null),
    ('a change is removed', 'delete from change where change_id = (select max(change_id) from change)',
        'change', '%', null, 'the change that was sealed is not there%', '%is not there, under which%'),
    ('all changes are removed', 'delete from change',
        'change', '%', null, 'the change that was sealed is not there%', '%is not there, under which%'),
    ('triggers are left disabled', 'alter table visit disable trigger user',
        'visit', null, null, 'trigger "%" is disabled', 'trigger "%" is disabled'),
    ('triggers are disabled for a moment', 'alter table visit disable trigger user; update visit set visit_date = visit_date + 1 where (subject_id, visit) = (''S1-002'', ''week 4''); alter table visit enable trigger user',
        'visit', 'S1, S1-002, week 4', 'visit_date', 'the row was changed%', null),
    ('a trigger is dropped', 'drop trigger "Keep_updated" on visit',
        'visit', null, null, 'trigger "Keep_updated" is not there', 'trigger "Keep_updated" is not there'),
    ('the guard of the history is dropped', 'drop trigger refuse_write on visit_history',
        'visit_history', null, null, 'trigger "refuse_write" is not there', 'trigger "refuse_write" is not there'),
    ('a column is dropped', 'alter table visit drop deviation_reason cascade',
        'visit', null, 'deviation_reason', 'the column was dropped or renamed%', null),
    ('a column is renamed', 'alter table site_history rename name to name_of_site',
        'site_history', null, 'name', 'the column was dropped or renamed%', null),
    ('a column gets another type', 'alter table visit_history alter visit type varchar(60)',
        'visit_history', null, 'visit', 'the type of the column was text, and is varchar', null),
    ('a table is dropped', 'drop table adverse_event_relatedness cascade',
        'adverse_event_relatedness', null, 'site_id', 'the column was dropped or renamed%', null),
    ('a history is dropped', 'drop table visit_history',
        'visit', null, null, 'the table has no history', 'the table has no history');

-- Acts on the seal itself: there is none before the first one.
insert into act (act, statement, names, key, column_name, finding, by_head) values
    ('a block has another author', 'update seal set sealed_by = ''somebody'' where block = 2', 'seal', '2', null, 'the block was altered%', false),
    ('a block has another time', 'update seal set sealed_at = sealed_at - interval ''1 day'' where block = 1', 'seal', '1', null, 'the block was altered%', false),
    ('a block has another salt', 'update seal set salt = gen_random_uuid() where block = 1', 'seal', '1', null, 'the block was altered%', false),
    ('a block has fewer changes', 'update seal set changes = changes - int8multirange(int8range(min_id, min_id, ''[]'')) from (select lower(changes) as min_id from seal where block = 1) as s where block = 1',
        'seal', '1', null, 'the block was altered%', false),
    ('a block has another root', 'update seal set root = sha256('''') where block = 3', 'seal', '3', null, 'the block was altered%', false),
    ('a block has another digest', 'update seal set digest = sha256('''') where block = 2', 'seal', '3', null, 'the block does not follow%', false),
    ('a block has other columns', 'update seal set columns = columns - ''visit'' where block = 1', 'seal', '1', null, 'the block was altered%', false),
    ('a block is made to fit', 'update seal set sealed_by = ''x'', digest = _virotrial.block_digest(previous, root || _virotrial.block_description(block, changes, columns, leaves, salt, sealed_at, ''x'')) where block = 2',
        'seal', '3', null, 'the block does not follow%', false),
    ('the first block is removed', 'delete from seal where block = 1', 'seal', '2', null, 'the block before it is gone', false),
    ('a block in the middle is removed', 'delete from seal where block = 2; delete from seal_leaf where block = 2', 'seal', '3', null, 'the block before it is gone', false),
    ('the last block is removed', 'delete from seal where block = 3', 'seal_leaf', null, null, 'there are leaves of a block that is gone', false),
    ('blocks change places', 'update seal set block = block + 10 where block < 3; update seal set block = 13 - block where block > 10', 'seal', '1', null, 'the block was altered%', false),
    ('a leaf is removed', 'delete from seal_leaf where ctid = (select min(ctid) from seal_leaf)', 'seal_leaf', null, null, 'leaves of the block were altered%', false),
    ('a leaf is altered', 'update seal_leaf set entry = set_byte(entry, 5, 255 - get_byte(entry, 5)) where ctid = (select min(ctid) from seal_leaf)', 'seal_leaf', null, null, 'leaves of the block were altered%', false),
    ('a leaf is added', 'insert into seal_leaf select * from seal_leaf limit 1', 'seal_leaf', null, null, 'leaves of the block were altered%', false),
    ('leaves of no block are added', 'insert into seal_leaf select 99, entry from seal_leaf limit 1', 'seal_leaf', null, null, 'there are leaves of a block that is gone', false),
    ('all leaves are removed, and a value is changed', 'truncate seal_leaf; update visit set visit_date = visit_date + 1', null, null, null, 'rows of the block are not as they were sealed', false),
    ('the last block goes with its leaves', 'delete from seal where block = 3; delete from seal_leaf where block = 3', 'seal', null, null, 'no block has the digest that was kept elsewhere%', true),
    ('all is sealed anew, with another value', 'truncate seal, seal_leaf; update visit set visit_date = visit_date + 1; select set_config(''session_replication_role'', ''origin'', true); call seal(current_schema())',
        'seal', null, null, 'no block has the digest that was kept elsewhere%', true);
select cmp_ok(count(*), '>=', 60::bigint, 'so many acts') from act;

-- Without a kept head those acts are not seen, and with it they are; all others are seen without.
create table seen as
    select act.*, found.block, found.table_name as found_table, found.key as found_key, found.column_name as found_column, found.finding as found_finding
    from act left join lateral found_after('sealed', statement,
        head => case when by_head then (select digest from kept where number = 2) end) as found on true;
select ok(bool_or(found_finding like finding and found_table is not distinct from names
        and (key is null or found_key like key) and found_column is not distinct from column_name),
    act || ': found' || coalesce(', ' || names, '') || coalesce(', ' || column_name, '')) from seen group by number, act, names, column_name order by number;
-- Nothing else is accused: what is named are the tables of the act.
select is_empty($$
    select distinct act, found_table, found_column, found_finding from seen
    where act in (select act from act where column_name is not null and number <= 12)
        and found_table <> names$$, 'no other table is named');
select is((select count(*) from seen where act = 'a value is changed'), 1::bigint, 'one finding for one value');
select is((select count(*) from seen where act = 'a row is removed'), 1::bigint, 'one for a row');
select is((select count(*) from seen where act = 'a column is dropped'), 2::bigint, 'one for a column, and one for the block');
select is_empty(format('select * from found_after(''sealed'', %L)', statement), act || ': not found without a head that was kept') from act where by_head;
select is_empty('select * from verify(''sealed'')', 'afterwards all is as it was');

-- ---- the same before the first seal: what is there is then sealed, and all that is seen is said in doc/security.md
call create_study('fresh');
call simulate_study('fresh', subjects => 12, sites => 2, seed => 5);
call correct_some('fresh');
create table seen_later as
    select act.*, found.finding as found_finding
    from act left join lateral found_after('fresh', statement, with_seal => true) as found on true
    where statement !~ 'seal' and act <> 'a column gets another type';
select is(coalesce(string_agg(distinct found_finding, '; ') filter (where seen_before is null or found_finding not like seen_before), ''), '',
    act || ', before the first seal: ' || case when seen_before is null then 'not seen' else 'nothing else seen' end) from seen_later group by number, act, seen_before order by number;
select ok(bool_or(found_finding like seen_before), act || ', before the first seal: seen') from seen_later where seen_before is not null group by number, act order by number;

-- ---- what is no act: ordinary work between seals, and a new column
do $$ begin perform set_config('virotrial.reason', 'transcription', true);
    update sealed.visit set deviation_reason = deviation_reason || '!';
    delete from sealed.cd4_result where visit <> 'screening'; end $$;
select is_empty('select * from verify(''sealed'')', 'changes that are not sealed yet are no findings');
alter table sealed.visit add comment text;
call keep_history('sealed.visit');
select is_empty('select * from verify(''sealed'')', 'nor is a new column');
call seal('sealed');
select is_empty('select * from verify(''sealed'')', 'nor all of it, sealed');
select is((select columns -> 'visit' from sealed.seal where block = 4), '{"comment": "text"}', 'the block says which columns are new');
select ok(exists (select from found_after('sealed', 'alter table visit drop comment') where (table_name, column_name) = ('visit', 'comment')), 'and then it may not go');

-- ---- proofs
create table proof as select * from seal_proof('sealed', 'visit', 'S1, S1-002, week 4');
select is((select block from proof), 4::bigint, 'a proof leads to the last block');
select ok(verify_proof(proof, digest), 'and proves its row') from proof;
select ok(not verify_proof(proof, (select digest from kept where number = 2)), 'for no other digest') from proof;
select ok(not bool_or(verify_proof(set_byte(proof, place, 255 - get_byte(proof, place)), digest)), 'nor with another byte')
from proof, generate_series(0, length(proof) - 1) as place;
select throws_ok($$select * from seal_proof('sealed', 'visit', 'S1, S1-002, week 5')$$, 'P0002', null, 'no proof of a row that is not there');
select throws_ok($$select * from seal_proof('sealed', 'seal', '1')$$, '42P01', null, 'nor of a table that is not sealed');

-- ---- who may
create role seal_reader;
grant usage on schema sealed to seal_reader;
set role seal_reader;
select throws_ok($$call seal('sealed')$$, '42501', null, 'only the owner seals');
select throws_ok($$select * from verify('sealed')$$, '42501', null, 'nobody verifies who may not read the changes');
select throws_ok($$select * from seal_head('sealed')$$, '42501', null, 'nor is he told the head');
reset role;
grant select on sealed.change to seal_reader;
set role seal_reader;
select is_empty('select * from verify(''sealed'')', 'who may read them verifies all');
select isnt_empty('select * from seal_head(''sealed'')', 'and is told the head');
select throws_ok($$select * from seal_proof('sealed', 'site', 'S1')$$, '42501', null, 'but gets no proof, in which rows are');
reset role;
grant select on sealed.seal, sealed.seal_leaf to seal_reader;
set role seal_reader;
select isnt_empty($$select * from seal_proof('sealed', 'site', 'S1')$$, 'unless he may read the seal');
reset role;
select throws_ok($$call seal('nothing')$$, '3F000', null, 'no study, no seal');
select throws_ok($$call seal(null)$$, '22004', null, 'nor without a name');

select * from finish();
