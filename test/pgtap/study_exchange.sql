-- What a site or a centre publishes: under its own code, with numbers of its own, and
-- nothing that would arrive nowhere.
set client_min_messages = warning;
set virotrial.reason = 'correction: test';
create extension if not exists virotrial;
call create_study('ral');
insert into ral.site (site_id, name) values ('S1', 'First'), ('S2', 'Second'), ('2_S1', 'Third'), ('centre', 'Fourth');
select no_plan();

-- ---- a code that was wrong at first
call _virotrial.number_changes('ral', 'S9');
call publish_study('ral', site => 'S1', by_file => true);
insert into ral.subject (site_id, subject_id, birth_date, sex) values ('S1', '001', '1970-01-01', 'male');
select ok((select bool_and(entered_in between _virotrial.first_change('S1') and _virotrial.last_change('S1')) from ral.subject), 'a site numbers in its own range, whatever was there before');
select is((select count(*) from ral.change where change_id between _virotrial.first_change('S1') and _virotrial.last_change('S1')), 1::bigint, 'so that the change is sent');
select lives_ok($$call publish_study('ral', site => 'S1', by_file => true)$$, 'it is published twice');
insert into ral.subject (site_id, subject_id, birth_date, sex) values ('S1', '002', '1970-01-01', 'male');
select is((select count(distinct entered_in) from ral.subject where entered_in between _virotrial.first_change('S1') and _virotrial.last_change('S1')), 2::bigint, 'and goes on with its numbers');

-- ---- what would arrive nowhere
select throws_like($$insert into ral.subject (site_id, subject_id, birth_date, sex) values ('S2', '001', '1970-01-01', 'male')$$, 'study "ral" is that of site S1 here', 'a subject of another site is not entered');
select throws_like($$call transfer_subject('ral', 'S1', '002', 'S2', '102', 'correction: moved')$$, 'study "ral" is that of site S1 here', 'nor given to it');
select lives_ok($$call rename_subject('ral', 'S1', '002', '102', 'correction: code')$$, 'a subject gets another code');
select throws_like($$call publish_study('ral', site => 'S2', by_file => true)$$, 'study "ral" is that of another site than S2 here', 'a second site is not published');
select throws_like($$call publish_study('ral', by_file => true)$$, 'study "ral" is that of a site here', 'nor the configuration');
select throws_like($$select _virotrial.require_not_arrived('ral', 'S1')$$, 'rows of site S1 of study "ral" have arrived before', 'a first copy brings nothing twice');
select lives_ok($$select _virotrial.require_not_arrived('ral', 'S2')$$, 'and comes from a site of which nothing is here');
drop publication "ral_S1", "ral_S1_record";
select lives_ok($$insert into ral.subject (site_id, subject_id, birth_date, sex) values ('S2', '001', '1970-01-01', 'male')$$, 'what is published no more takes subjects of all sites');
select throws_like($$call publish_study('ral', site => 'S1', by_file => true)$$, 'study "ral" has subjects of other sites than S1', 'and is not that of one site again');
delete from ral.subject where site_id = 'S2';
set session_replication_role = replica;
update ral.subject set entered_in = _virotrial.last_change('S1') + 1 where subject_id = '001';
reset session_replication_role;
select throws_like($$call publish_study('ral', site => 'S1', by_file => true)$$, 'site S1 of study "ral" has rows from before it was published', 'numbers behind the range of a site are not its own, either');

-- ---- names
select throws_like($$call publish_study('ral', site => 'centre', by_file => true)$$, 'no site that sends or receives has the code centre', 'a site is not called as the centre');
call create_study('ral_2');
insert into ral_2.site (site_id, name) values ('S1', 'First');
call publish_study('ral_2', site => 'S1', by_file => true);
set session_replication_role = replica;
delete from ral.subject;
reset session_replication_role;
select throws_like($$call publish_study('ral', site => '2_S1', by_file => true)$$, 'there is a publication "ral_2_S1" of other tables', 'a study takes no publication from another');
select is((select count(*) from pg_publication_tables where pubname = 'ral_2_S1' and schemaname = 'ral_2' and tablename = 'subject'), 1::bigint, 'which publishes as before');
select is_empty($$select _virotrial.published_sender('ral')$$, 'nor is it sent for it');
select is((select string_agg(sender, ', ') from _virotrial.published_sender('ral_2') as sender), 'S1', 'but for its own');

select * from finish();
