-- Resistance algorithms: loading, interpretation, comments, scores, refusals
\set VERBOSITY default
\getenv srcdir PG_ABS_SRCDIR
\set path :srcdir '/../demo/resistance_algorithm.xml'
\set document `cat :'path'`

create schema study;
select name, version, length(digest) from load_resistance_algorithm(:'document', 'study');
-- The same again changes nothing
select name, version from load_resistance_algorithm(:'document', 'study');
-- Other rules of the same version are refused
\set VERBOSITY terse
select load_resistance_algorithm(replace(:'document', '65R =&gt; 6', 'x')::xml, 'nowhere');
select load_resistance_algorithm(replace(:'document', '184VI => 10', '184VI => 11')::xml, 'study');
\set VERBOSITY default

-- Ordinary tables of the caller, who may be anybody
select name, version, published, digest = digest(compiled) as digested, loaded_by = session_user as by_me
from study.resistance_algorithm_version;
select * from study.resistance_algorithm_level order by level;
select drug, full_name, drug_class, gene from study.resistance_algorithm_drug order by drug collate "C";
select drug, rule, item, maximum, condition, score, level, comment
from study.resistance_algorithm_rule order by drug collate "C", rule, item;
select id, sort, comment from study.resistance_algorithm_comment order by id collate "C";
select relname from pg_class as c
where relnamespace = 'study'::regnamespace and relkind = 'r'
    and (obj_description(oid, 'pg_class') is null
         or exists (select from pg_attribute as a where attrelid = c.oid and attnum > 0
                    and col_description(c.oid, attnum) is null))
order by relname;
select count(*) from pg_depend where refclassid = 'pg_extension'::regclass and classid = 'pg_class'::regclass
    and objid in (select oid from pg_class where relnamespace = 'study'::regnamespace);
create role resistance_loader;
grant create on database :DBNAME to resistance_loader;
set role resistance_loader;
create schema resistance_loader;
select name from load_resistance_algorithm(:'document', 'resistance_loader');
select distinct tableowner from pg_tables where schemaname = 'resistance_loader';
reset role;
drop schema resistance_loader cascade;
revoke create on database :DBNAME from resistance_loader;
drop role resistance_loader;

-- Text and binary form read back the same
select compiled::text::resistance_algorithm::text = compiled::text as text, name(compiled), version(compiled)
from study.resistance_algorithm_version;
select split_part(compiled::text, E'\n', 3) from study.resistance_algorithm_version;

-- Interpretation
create view algorithm as select compiled from study.resistance_algorithm_version;
select r.* from algorithm, resistance(mutations('RT: M41L, D67d, M184V, T215Y; PR: M46I/L, I54V, V82A; IN: Q148H, G140S'), compiled) as r;
select r.drug, r.score, r.level, r.rules from algorithm, resistance(mutations('RT: K65R, K103N'), compiled, array['RT']) as r;
select r.* from algorithm, resistance_rules(mutations('RT: K65R, T69S_SG; PR: V32I, I47V'), compiled) as r;
select r.* from algorithm, resistance(null, compiled) as r;
select count(*) from algorithm, resistance('{}', compiled);
select resistance_drugs(compiled), resistance_levels(g, compiled), resistance_scores(g, compiled)
from algorithm, mutations('RT: K65R, M184V; IN: N155H') as g;
select resistance_score(g, compiled, '3TC'), resistance_level(g, compiled, '3TC'), resistance_sir(g, compiled, '3TC'),
    resistance_score(g, compiled, 'TDF') as without_score, resistance_level(g, compiled, 'TDF')
from algorithm, mutations('RT: K65R, M184V') as g;
select resistance_level('{}', compiled, 'DTG') from algorithm;
select r.drug, r.level from algorithm, resistance('{}', compiled, array['XX']) as r;

-- Mixtures: any residue matches, the wild type too where it was seen; stops and unknown residues do not
select list, resistance_score(mutations(list), compiled, 'RAL') as ral
from algorithm, unnest(array['IN: Q148H', 'IN: Q148Q/H', 'IN: Q148E', 'IN: Q148Q/E', 'IN: Q148*', 'IN: Q148X', 'IN: Q148H/E']) as list;
-- Entries of one position add up, in any order
select resistance_score(array['IN:N155H', 'RT:M184V', 'IN:G140S', 'IN:N155S']::mutation[], compiled, 'RAL') from algorithm;

-- Comments
select c.* from algorithm, resistance_comments(mutations('RT: K65R, M184I; IN: Q148Q/E, N155H'), compiled) as c;
select c.* from algorithm, resistance_comments(mutations('RT: K65R'), compiled) as c;

-- Susceptibility of a regimen
select genotypic_susceptibility_score(array['TDF', '3TC', 'DRV/r', 'ETR'], g, compiled) as by_sir,
    genotypic_susceptibility_score(array['TDF', '3TC', 'DRV/r', 'ETR'], g, compiled, array[1, 0.75, 0]) as by_weight,
    genotypic_susceptibility_score(array['TDF', 'TDF'], g, compiled) as once,
    genotypic_susceptibility_score('{}', g, compiled) as none
from algorithm, mutations('RT: M184V, L100I') as g;
select genotypic_susceptibility_score(array['TDF'], '{}', compiled, array[1, 0.5]) from algorithm;
select genotypic_susceptibility_score(array['TDF', null], '{}', compiled) from algorithm;
select genotypic_susceptibility_score(array['RTV'], '{}', compiled) from algorithm;

-- Several algorithms in one query
create table two as
select 1 as id, compiled from algorithm
union all
select 2, resistance_algorithm(replace(replace(:'document', '184VI => 10', '184VI => 4'), '>1</ALGVERSION>', '>2</ALGVERSION>')::xml);
select id, version(compiled), resistance_level(mutations('RT: M184V'), compiled, '3TC')
from two, generate_series(1, 2) order by generate_series, id;
drop table two;

-- Statements
select resistance_statement_true('184VI AND EXCLUDE 65R', 'RT', mutations('RT: M184V; IN: N155H'));
select resistance_statement_score('SCORE FROM (65R => 15, MAX(41L => 5, 210W => 10.5))', 'RT', mutations('RT: M41L, L210W'));
select resistance_statement_true('184VI ANDX 65R', 'RT', '{}');
select resistance_statement_true('SCORE FROM (65R => 15)', 'RT', '{}');
select resistance_statement_score('65R', 'RT', '{}');

-- What fired is a long text
select r.rules from resistance_algorithm(replace(:'document', '184VI => 10',
    '184VI => 10, (184V AND (65R OR 67N OR 69D OR 70R OR 75I OR 77L OR 115F OR 116Y OR 118I OR 151M OR 184V OR 210W OR 215F OR 219Q OR 219E)) => 1')::xml) as algorithm,
    resistance(mutations('RT: M184V'), algorithm) as r where r.drug = '3TC';

-- What was not read is not susceptible
select list, r.drug, r.score, r.level, r.sir, r.lowest_score, r.highest_score, r.lowest_level, r.highest_level, r.open_positions, r.rules
from (values ('RT: M184X, K65X'), ('RT: 1-183, M41L'), ('RT: T215X, M41L')) as v (list), algorithm, resistance(mutations(list), compiled) as r
where r.gene = 'RT' or r.drug = 'RAL';
select resistance_level(g, compiled, '3TC'), resistance_score(g, compiled, '3TC'), resistance_sir(g, compiled, '3TC'), resistance_levels(g, compiled),
    resistance_scores(g, compiled), genotypic_susceptibility_score('{3TC,AZT,TDF}', g, compiled),
    genotypic_susceptibility_score('{3TC,AZT,TDF}', '{}', compiled)
from algorithm, mutations('RT: M184X') as g;
select statement, resistance_statement_true(statement, 'RT', mutations('RT: M184X, K65R'))
from (values ('184V'), ('184V OR 65R'), ('184V AND 65R'), ('184V AND 41L'), ('NOT 184V'), ('SELECT ATLEAST 1 FROM (184V, 65R)'), ('SELECT EXACTLY 1 FROM (184V, 65R)')) as v (statement);
select statement, resistance_statement_score(statement, 'RT', mutations('RT: M184X, K65R'))
from (values ('SCORE FROM (65R => 15, 184V => 10)'), ('SCORE FROM (MAX(65R => 15, 184V => 10))'), ('SCORE FROM (65R => 15, (184V AND 41L) => 10)')) as v (statement);
-- An algorithm that scores a residue down alone and up beside another: exact
select r.lowest_score, r.highest_score, r.open_positions, r.rules
from resistance_algorithm(replace(:'document', '184VI => 10',
        '184V => -10, 65R => 20, (184V AND 65R) => 5, MAX(41L => -3, 67N => -2), (65R AND EXCLUDE 65(NOT R)) => 1')::xml) as algorithm,
    unnest(array['RT: M184X, K65X, M41X, D67X', 'RT: M184X, K65R', 'RT: K65X', 'RT: M41X', 'RT: M41X, D67N']) as list, resistance(mutations(list), algorithm) as r
where r.drug = '3TC';

-- A score that lies between the ranges is an error of the interpretation
select resistance_level(mutations('RT: M184V'),
    resistance_algorithm(replace(:'document', '184VI => 10', '184VI => 9.5')::xml), '3TC');

-- Documents that are refused, and the place that is named
create table document as select :'document'::text as content;
create function refusal(old text, new text) returns text language plpgsql as $$
declare
    changed text;
    place text;
begin
    select replace(content, old, new) into changed from document;
    if changed = (select content from document) then
        return 'nothing was changed';
    end if;
    perform resistance_algorithm(changed::xml);
    return 'accepted';
exception when others then
    get stacked diagnostics place = pg_exception_detail;
    if sqlstate = '2200N' then
        place := null;  -- in the words of libxml
    end if;
    return concat_ws(' | ', sqlstate, replace(sqlerrm, 'invalid resistance algorithm: ', ''), place);
end $$;
select number, refusal(old, new) from (values
    (0, (select content from document), '<ASI/>'),
    (1, '<ALGORITHM>', '<ALGORITHMUS>'),
    (2, '<ALGNAME>Demonstration</ALGNAME>', ''),
    (3, '<ALGNAME>Demonstration</ALGNAME>', '<ALGNAME> </ALGNAME>'),
    (4, '<ALGVERSION>1</ALGVERSION>', ''),
    (5, '<DEFAULT_LEVEL>1</DEFAULT_LEVEL>', '<DEFAULT_LEVEL>1</DEFAULT_LEVEL><DEFAULT_LEVEL>2</DEFAULT_LEVEL>'),
    (6, '<DEFAULT_LEVEL>1</DEFAULT_LEVEL>', '<DEFAULT_LEVEL>7</DEFAULT_LEVEL>'),
    (7, '<DEFAULT_LEVEL>1</DEFAULT_LEVEL>', '<DEFAULT_LEVEL>low</DEFAULT_LEVEL>'),
    (8, '<ORDER>2</ORDER>', '<ORDER>1</ORDER>'),
    (9, '<ORDER>2</ORDER>', '<ORDER>two</ORDER>'),
    (10, '<ORDER>2</ORDER>', ''),
    (11, '<SIR>I</SIR>', '<SIR>X</SIR>'),
    (12, '<SIR>I</SIR>', ''),
    (13, '<ORIGINAL>Resistant</ORIGINAL>', ''),
    (14, '<ORIGINAL>Resistant</ORIGINAL>', '<ORIGINAL/>'),
    (15, '5 TO 9 => 2', '4 TO 9 => 2'),
    (16, '5 TO 9 => 2', '6 TO 9 => 2'),
    (17, '5 TO 9 => 2', '5 TO 9 => 8'),
    (18, '5 TO 9 => 2', '9 TO 5 => 2'),
    (19, '5 TO 9 => 2', '5 UP TO 9 => 2'),
    (20, '10 TO INF => 3', '10 TO 12 => 3'),
    (21, '-INF TO 4.99', '0 TO 4.99'),
    (22, '5 TO 8.49', '6.5 TO 8.49'),
    (23, '<GLOBALRANGE><![CDATA[(-INF TO 4 => 1, 5 TO 9 => 2, 10 TO INF => 3)]]></GLOBALRANGE>', ''),
    (24, '<GLOBALRANGE><![CDATA[(-INF TO 4 => 1, 5 TO 9 => 2, 10 TO INF => 3)]]></GLOBALRANGE>', '<GLOBALRANGE/>'),
    (25, '<DRUGLIST>RAL</DRUGLIST>', '<DRUGLIST>RAL, DTG</DRUGLIST>'),
    (26, '<DRUGLIST>RAL</DRUGLIST>', '<DRUGLIST/>'),
    (27, '<DRUGLIST>RAL</DRUGLIST>', ''),
    (28, '<DRUGLIST>RAL</DRUGLIST>', '<DRUGLIST>RAL, EFV</DRUGLIST>'),
    (29, '<DRUGLIST>EFV, ETR</DRUGLIST>', '<DRUGLIST>EFV, ETR, EFV</DRUGLIST>'),
    (30, '<DRUGLIST>EFV, ETR</DRUGLIST>', '<DRUGLIST>EFV</DRUGLIST>'),
    (31, '<DRUGCLASSLIST>INSTI</DRUGCLASSLIST>', '<DRUGCLASSLIST>INSTI, EI</DRUGCLASSLIST>'),
    (32, '<DRUGCLASSLIST>INSTI</DRUGCLASSLIST>', ''),
    (33, '<DRUGCLASSLIST>INSTI</DRUGCLASSLIST>', '<DRUGCLASSLIST>INSTI, PI</DRUGCLASSLIST>'),
    (34, '<GENE_DEFINITION><NAME>IN</NAME>', '<GENE_DEFINITION><NAME>NS5A</NAME>'),
    (35, '<GENE_DEFINITION><NAME>IN</NAME>', '<GENE_DEFINITION><NAME>RT</NAME>'),
    (36, '<NAME>ETR</NAME>', '<NAME>EFV</NAME>'),
    (37, '<NAME>ETR</NAME>', ''),
    (38, '<FULLNAME>etravirine</FULLNAME>', '<FULLNAME>etravirine</FULLNAME><FULLNAME>E</FULLNAME>'),
    (39, '103NS', '103J'),
    (40, '103NS', '103'),
    (41, '103NS', '103n'),
    (42, '103NS', '0N'),
    (43, '103NS', '999999N'),
    (44, 'SELECT EXACTLY 1 FROM', 'SELECT EXACTLY ONE FROM'),
    (45, 'SELECT EXACTLY 1 FROM', 'SELECT MOST 1 FROM'),
    (46, 'AND NOTMORETHAN 3', 'AND EXACTLY 3'),
    (47, '65R AND EXCLUDE 184V', '65R AND EXCLUDE (184V)'),
    (48, '65R AND EXCLUDE 184V', '65R AND'),
    (49, '65R AND EXCLUDE 184V', '65R XOR 184V'),
    (50, '65R AND EXCLUDE 184V', ''),
    (51, '(65R OR 70E) OR', '(65R OR 70E OR'),
    (52, '140AS => 2', '140AS => two'),
    (53, '140AS => 2', '140AS = 2'),
    (54, '140AS => 2', '140AS => 2.1234567'),
    (55, '140AS => 2', '140AS => 12345678901'),
    (56, '140AS => 2', 'SCORE FROM (140AS => 2)'),
    (57, '148(NOT HKR) => 5)', '148(NOT HKR) => 5'),
    (58, '148(NOT HKR) => 5', '148(HKR) => 5'),
    (59, '<CONDITION>SELECT EXACTLY 1 FROM (100I, 101P, 181CIV)</CONDITION>', ''),
    (60, '<LEVEL>3</LEVEL><COMMENT ref="TDFK65"/>', ''),
    (61, '<LEVEL>3</LEVEL><COMMENT ref="TDFK65"/>', '<LEVEL>4</LEVEL>'),
    (62, '<LEVEL>3</LEVEL><COMMENT ref="TDFK65"/>', '<LEVEL>3</LEVEL><LEVEL>2</LEVEL>'),
    (63, '<LEVEL>3</LEVEL><COMMENT ref="TDFK65"/>', '<SCORERANGE><USE_GLOBALRANGE/></SCORERANGE>'),
    (64, '<COMMENT ref="TDFK65"/>', '<COMMENT ref="TDFK66"/>'),
    (65, '<SCORERANGE>(-INF TO 4.99 => 1, 5 TO 8.49 => 2, 8.5 TO INF => 3)</SCORERANGE>', '<LEVEL>3</LEVEL>'),
    (66, '<SCORERANGE>(-INF TO 4.99 => 1, 5 TO 8.49 => 2, 8.5 TO INF => 3)</SCORERANGE>', '<SCORERANGE/>'),
    (67, '<COMMENT_STRING id="IN148">', '<COMMENT_STRING id="RT184">'),
    (68, '<COMMENT_STRING id="IN148">', '<COMMENT_STRING>'),
    (69, '<SORT_TAG>2</SORT_TAG>', '<SORT_TAG>second</SORT_TAG>'),
    (70, E'<GENE>\n      <NAME>IN</NAME>', E'<GENE>\n      <NAME>CA</NAME>'),
    (71, E'<GENE>\n      <NAME>IN</NAME>', E'<GENE>\n      <NAME>RT</NAME>'),
    (72, '<COMMENT ref="RT184"/>', '<LEVEL>2</LEVEL>'),
    (73, '<DRUG_NAME>RAL</DRUG_NAME>', '<DRUG_NAME>DTG</DRUG_NAME>'),
    (74, '<GTE>3</GTE>', '<GTE>6</GTE>'),
    (75, '<GTE>3</GTE>', ''),
    (76, '<GTE>3</GTE>', '<ABOUT>3</ABOUT>'),
    (77, '<COMMENT ref="RALResistant"/>', ''),
    (78, '<FULLNAME>raltegravir</FULLNAME>', '<FULLNAME>raltegravir</FULLNAME><DOSE>400</DOSE>'),
    (79, '<NAME>RAL</NAME>', '<NAME>R,L</NAME>'),
    (80, '</ALGORITHM>', ''),
    (81, '65R AND EXCLUDE 184V', repeat('(', 70) || '65R' || repeat(')', 70))
) as v (number, old, new) order by number;

-- Text that is no algorithm
select 'resistance algorithm 2'::resistance_algorithm;
select E'resistance algorithm 1\nfoo\tbar'::resistance_algorithm;
select E'resistance algorithm 1\nlevel\t1\tS\tSusceptible'::resistance_algorithm;
drop view algorithm;
drop function refusal(text, text);
drop table document;
\set VERBOSITY terse
drop schema study cascade;
