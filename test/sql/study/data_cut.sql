-- The data cut is a setting that every analysis view reads.
select data_cut();
set virotrial.data_cut = '2026-03-04';
select data_cut(), analysis_date() = least(date '2026-03-04', current_date) as "the earlier one";

-- The style of dates doesn't change it.
set datestyle = 'German, DMY';
select data_cut() = date '2026-03-04' as "the fourth of March";
reset datestyle;

set virotrial.data_cut = '9999-12-31';
select analysis_date() = current_date as "today";
set virotrial.data_cut = '';
select data_cut();

-- What is not a day is an error, and never "no cut".
set virotrial.data_cut = '04/03/2026';
select data_cut();
set virotrial.data_cut = '2026-02-30';
select data_cut();
set virotrial.data_cut = '2026-2-3';
select data_cut();
set virotrial.data_cut = ' ';
select data_cut();

-- The cut holds within a transaction if it is set there.
reset virotrial.data_cut;
begin;
set local virotrial.data_cut = '2026-03-04';
select data_cut() = date '2026-03-04' as "cut";
commit;
select data_cut();

-- A name that is misspelt would mean no cut.  It is refused; one from before the
-- module was loaded, by the first view or function that loads it.
set virotrial.datacut = '2026-03-04';
\c -
set virotrial.data_cut = '2026-03-04';
set virotrial.group_bye = 'sex';
select analysis_date();
select count(*) from (values ('<50'::viral_load)) as result (viral_load);
reset virotrial.group_bye;
select data_cut() = date '2026-03-04' as "cut";
set virotrial.group_bye = 'sex';
