-- Lives the lives of the study of the search path, and compares: how each act came out, and the verdict.
create temporary table lived as
    select code, pg_temp.live(code, acts) as acts from life where study = current_schema() order by code;
call pg_temp.judge_lives();
select is(lived.acts, life.acts, code || ' goes: ' || why) from life join lived using (code) where study = current_schema() order by code;
select is(fate.verdict, life.verdict, code || ' comes to: ' || why) from life join fate using (code) where study = current_schema() order by code;
select is((select count(*) from fate), (select count(*) from life where study = current_schema()), 'each life has its verdict');
select is_empty(format('select * from violations(%L)', current_schema()), 'whatever was entered, no rule is broken in the end');
drop table lived, fate;
