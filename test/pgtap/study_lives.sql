-- Whole lives of adults in the pilot, with the verdict that a person derives from the
-- protocol and from the definitions of clinical outcomes, and why.  Day 1 is 1 February 2008.
\ir include/study.sql
\ir include/lives.sql
select no_plan();
set test.day_1 = '2008-02-01';
set search_path = ral, public, pg_temp;
insert into site (site_id, name) values ('S3', 'Third');
-- At S3 a new version of the form is valid from day 152 (1 July), to be signed by day 243 (30 September).
insert into consent_version (version, site, valid_from, reconsent_by) values ('1.0', '*', '-infinity', null), ('2.0', 'S3', '2008-07-01', '2008-09-30');
insert into per_protocol_exclusion values ('visit_out_of_window');
create temporary view usual_assay as select 'Quantiplex 3.0' as assay;
create temporary view usual_course (week, viral_load, cd4_count) as
    values (4, viral_load '2000', lab_value '330'), (12, '<50', '360'), (24, '<50', '400'), (48, '<50', '450');
insert into life
select 'ral', code, replace(replace(acts, 'USUAL', 'CANDIDATE; screened -17 50000 310; treated 1'), 'CANDIDATE',
    'born 1970-06-15 female; signs -22 1.0; diagnosed -1848; failed -1492 -31; resistant -62 3TC NVP'), verdict, why
from (values
-- ---- the end of a part
('E01', 'USUAL; course 48; completes 340', 'completed, 1/1 y',
    'as the protocol has it: less than 50 at weeks 12 and 24 is a success, confirmed'),
('E02', 'USUAL; course 48; completes 340; seen 370', 'completed, 1/1 y', 'thirty days of safety follow-up: day 370 is the last'),
('E03', 'USUAL; course 48; completes 340; seen 371', 'completed, 1/1 y, visit_after_end', 'and day 371 is one too late: kept, as it happened, and a deviation')
) as written (code, acts, verdict, why);
\ir include/lives_judged.sql
select * from finish();
