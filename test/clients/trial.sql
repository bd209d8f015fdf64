-- The trial that clients ask about, and what is true of it.  At week 24 some results are of assays
-- that leave the answer open, or are exactly 50 or 400.

create extension virotrial;
call create_study('ral');
call simulate_study('ral', subjects => 72, sites => 4, seed => 1);
set search_path = ral, public;

set virotrial.reason = 'simulation: results of other assays';
create temporary table other_assay as
select site_id, subject_id, collected, replicate, word, other
from (select site_id, subject_id, collected, replicate, viral_load::text as word,
          row_number() over (partition by qualifier(viral_load)
              order by site_id, subject_id, collected) as place
      from viral_load_result where visit = 'week 24') as result
join (values ('<50', 1, '<400'), ('<50', 4, '<400'), ('<50', 7, '400'), ('TND<50', 3, '50'),
          ('TND<50', 6, '50'), ('TND<50', 9, '23'), ('TND<50', 12, '<20')) as change (word, place, other)
    using (word, place);
update viral_load_result as result
set assay = case when other = '<400' then 'Amplicor' else 'COBAS TaqMan 2.0' end, reported = other,
    viral_load = other
from other_assay
where (result.site_id, result.subject_id, result.collected, result.replicate)
    = (other_assay.site_id, other_assay.subject_id, other_assay.collected, other_assay.replicate);

-- By text and numbers alone: no operator, function or cast of the extension's types.
create schema truth;
create table truth.result as
select viral_load::text as word, (viral_load::text ~ '<') as is_below, (viral_load::text ~ '>') as is_above,
    substring(viral_load::text from '[0-9.]+')::numeric as number
from analysis_viral_load
where analysis_visit = 'week 24' and is_analysis_record and viral_load is not null;
create table truth.answer (question text primary key, answer text not null);
insert into truth.answer
select 'below 50', count(*) filter (where is_below and number <= 50
    or not is_below and not is_above and number < 50)::text
from truth.result
union all
select 'at least 50', count(*) filter (where not is_below and number >= 50)::text from truth.result
union all
select '50 or 400', count(*) filter (where word in ('50', '400'))::text from truth.result
union all
select 'neither 50 nor 400', count(*) filter (where word not in ('50', '400')
    and not (is_below and number > 50))::text from truth.result
union all
select 'neither the result 50 nor 400', count(*) filter (where word not in ('50', '400'))::text
from truth.result
union all
select 'the result <50', count(*) filter (where word = '<50')::text from truth.result
union all
select 'the results', string_agg(word, ' ' order by word collate "C") from truth.result
union all
select 'the type', 'viral_load OTHER'
union all
select 'a date without end', 'infinity'
union all
select 'the fields that a form demands', 'assay collected siteId subjectId viralLoad';

-- An analyst, who reads the views alone.
call secure_study('ral');
create role analyst login password :'password' in role ral_analyst;
insert into ral.site_access (login, site_id) values ('analyst', '*');
select format('alter role analyst in database %I set search_path = ral, public', current_database()) \gexec
