-- Mutations: text, order, parts, genotypes and their index
\set VERBOSITY default

select unnest(mutations('RT: M41L, 184V, K65K/R, T69S_SG, D67del; IN: Q148HKR, N155*; PR: L90X'));
select array['RT:M184V', 'rt:184V', ' RT : M184V ', 'RT:M184V']::mutation[];
select mutation('IN', 'Q148H/K/R'), mutation('RT', '69ins'), mutation('FU', 'G36D');

-- What is refused, and what the hint says
select 'RT:K184V'::mutation;
select 'RT:M184M'::mutation;
select 'RT:M184'::mutation;
select 'RT:M184B'::mutation;
select 'RT:M600V'::mutation;
select 'M184V'::mutation;
select mutation('RT', 'IN:N155H');
select mutation('XX', 'M184V');
select mutations('RT: M41L, M184v; IN: N155H');
select any_change('IN', 400);

-- Parts
select m, gene(m), codon(m), consensus(m), residues(m), is_mixture(m)
from unnest(array['RT:K65K/R', 'RT:M184V', 'RT:T69S_SG', 'RT:K103X']::mutation[]) as m;

-- Order by gene on the genome, position and residues; identity and hash
select array_agg(m order by m) from unnest(mutations('IN: N155H; RT: M184V, M41L; PR: L90M; CA: Q67H')) as m;
select m, count(*) from unnest(array['RT:184V', 'RT:M184V', 'RT:184I']::mutation[]) as m group by m order by m;
set enable_hashjoin = off;
select count(*) from unnest(mutations('RT: M41L, M184V')) as a join unnest(mutations('RT: M184V')) as b on a = b;
reset enable_hashjoin;
set enable_mergejoin = off;
set enable_nestloop = off;
select count(*) from unnest(mutations('RT: M41L, M184V')) as a join unnest(mutations('RT: M184V')) as b on a = b;
reset enable_mergejoin;
reset enable_nestloop;

-- Binary form
create temporary table sent (m mutation, g mutation[]);
insert into sent values ('RT:T69S_SG', mutations('RT: M41L; IN: Q148X')), (null, '{}');
select _virotrial.mutation_send(m) from sent where m is not null;

-- A position that is named twice has the residues of both
select mutations('RT: M184V, M184I, K65R, K65X');
select mutations(''), mutations('RT:'), mutations(null);

-- Union over tests
create temporary table test_result (subject integer, test integer, genotype mutation[]);
insert into test_result values
    (1, 1, mutations('RT: M184V, K103N')),
    (1, 2, mutations('RT: M184M/I; IN: N155H')),
    (1, 3, null),
    (2, 1, '{}'),
    (3, 1, null);
select subject, cumulative_genotype(genotype) from test_result group by subject order by subject;
select cumulative_genotype(m) from test_result, unnest(genotype) as m where subject = 1;
select cumulative_genotype(m) from test_result, unnest(genotype) as m where subject = 3;
select cumulative_genotype(array['RT:184V', null]::mutation[]);
select cumulative_genotype(array[['RT:184V'], ['RT:41L']]::mutation[]);

-- Matching: one of the residues, also in a mixture
select mutations('RT: M184M/V') @@ 'RT:184VI'::mutation as mixture,
    mutations('RT: M184M/V') @@ 'RT:184I'::mutation as other,
    mutations('RT: M184M/V') @@ any_change('RT', 184) as any_change,
    mutations('RT: M184X') @@ any_change('RT', 184) as unknown,
    mutations('RT: M184V, M41L') @@ mutations('RT: 184VI, 41L') as every_one,
    mutations('RT: M184V') @@ mutations('RT: 184VI, 41L') as not_every_one,
    '{}'::mutation[] @@ '{}'::mutation[] as none;

-- The index gives what a scan gives
create table genotyped (id integer, genotype mutation[]);
insert into genotyped
select i, mutations(format('RT: %s%s%s; IN: %s%s', 60 + i % 5 * 5, substr('CDEF', 1 + i % 4, 1),
                           case when i % 3 = 0 then substr('GHIK', 1 + i % 4, 1) else '' end,
                           140 + i % 11, case when i % 13 = 0 then 'X' else substr('CDF', 1 + i % 3, 1) end))
from generate_series(1, 3000) as i;
insert into genotyped values (0, '{}'), (-1, null);
create index genotyped_genotype on genotyped using gin (genotype);
analyze genotyped;
create function answers() returns table (matches_one bigint, any_148 bigint, every_one bigint, empty bigint, unknown bigint, contains bigint, contains_unknown bigint, overlaps bigint)
begin atomic
    select (select count(*) from genotyped where genotype @@ 'RT:60C/D'::mutation),
        (select count(*) from genotyped where genotype @@ any_change('IN', 148)),
        (select count(*) from genotyped where genotype @@ '{RT:60C/D,IN:148C/D}'::mutation[]),
        (select count(*) from genotyped where genotype @@ '{}'::mutation[]),
        (select count(*) from genotyped where genotype @@ '{IN:148X}'::mutation[]),
        (select count(*) from genotyped where genotype @> '{RT:60C}'::mutation[]),
        (select count(*) from genotyped where genotype @> '{IN:148X}'::mutation[]),
        (select count(*) from genotyped where genotype && '{RT:60D/H,IN:148C}'::mutation[]);
end;
set enable_seqscan = off;
explain (costs off) select * from genotyped where genotype @@ any_change('IN', 148);
explain (costs off) select * from genotyped where genotype @> '{RT:60C}';
select * from answers();
set enable_seqscan = on;
set enable_bitmapscan = off;
select * from answers();
reset enable_bitmapscan;
drop function answers();
drop table genotyped;

-- Aligned sequences
select mutations_from_sequence('RT', 'K[KR]K-SSsgKX*', 64);
select mutations_from_sequence('PR', '--VTLWQRPLVTIKIGGQLKEALLDTGADDTV');
select mutations_from_sequence('PR', 'PQ1');
select mutations_from_sequence('PR', 'PQITLW', 97);

-- A sequence says what of the gene was read; its case, and what it is not
select mutations_from_sequence('PR', lower('PQVTLWQRPLVTIKIGG'));
select mutations_from_sequence('PR', '');
select mutations_from_sequence('PR', '----------');
select mutations_from_sequence('PR', 'XXXXXXXXXX');
select mutations_from_sequence('RT', 'PQITLWQRPLVTIKIGGQLKEALLDTGADDTVLEEMNLPGRW');
select mutations_from_sequence('PR', 'CCTCAGATCACTCTTTGGCAACGACCCCTCGTC');
select mutations_from_sequence('PR', 'QITLWQRPLVTIKIGGQLKEALLDTGADDTVLEEMNLPGRW');

-- What was read, as a value
select '{RT:184X,RT:1-240}'::mutation[] as genotype, codon('RT:1-240'::mutation), residues('RT:1-240'::mutation), gene('RT:1-240'::mutation);
select 'RT:240-1'::mutation;
select genotype, cardinality(unread_positions(genotype, 'RT')) as rt, cardinality(unread_positions(genotype, 'PR')) as pr
from (values (mutations('RT: M184V')), (mutations('RT: M184X')), (mutations('RT: 1-240, M184V')), (mutations('RT: 1-240, E300R, M184X')),
    (with_coverage('{}', '{PR}')), ('{}')) as v (genotype);
-- What one test has read, the other need not
select genotype_union(mutations('RT: M184X, K65X'), mutations('RT: 100-240, M184V')),
    genotype_union(mutations('RT: M184X'), '{}'), genotype_union(mutations('RT: M184X'), with_coverage('{}', '{RT}')),
    genotype_union(mutations('RT: 1-100'), mutations('RT: 101-240, M184V')), genotype_union(mutations('RT: 1-100'), mutations('PR: L90M'));
-- Not read is not "no"
select mutations('RT: 1-183') @@ 'RT:184V'::mutation as unread, mutations('RT: 1-184') @@ 'RT:184V'::mutation as wild,
    mutations('RT: 1-183, M41L') @@ mutations('RT: 41L, 184V') as one_unread, mutations('RT: 1-183') @@ mutations('RT: 41L, 184V') as one_absent;

-- What laboratories write
select mutations('RT: D67delD, T69insSS, K103KNRSQH; PR: V3I, S37D; IN: D232N');
select mutations('RT: T69SSS');
select list, r.* from (values ('RT: M41L, T69SSS, M184V; XX: A1C, K65R; PR: L90M'), ('RT: M41L, PR: L90M'), ('RT: resistant'), ('')) as v (list),
    lateral read_mutations(list) as r;

-- Nucleotides
create view nucleotides as select 'CCTCAGATCACTCTTTGGCAACGACCCCTCGTCACAATAAAGATAGGGGGGCAACTAAAGGAAGCTCTATTAGATACAGGAGCAGATGATACAGTATTAGAAGAAATGAATTTGCCAGGA'::text as pr;
select r.* from nucleotides, genotype_from_nucleotides('PR', pr) as r;
select what, r.genotype, r.first_codon as codon, r.first_nucleotide as base, r.ambiguous_share > 0 as mixed, r.frameshifts, r.stops, r.unusual, r.apobec
from nucleotides, lateral (values ('one base before', 'A' || pr), ('one codon too few', substr(pr, 4)), ('in small letters, RNA', lower(replace(pr, 'T', 'U'))),
    ('a mixture', overlay(pr placing 'RTC' from 7)), ('a codon inserted', overlay(pr placing 'TGGGAC' from 16 for 3)),
    ('a codon deleted', overlay(pr placing '' from 40 for 3)), ('a base lost', overlay(pr placing '' from 40 for 1)),
    ('a stop by APOBEC3', overlay(pr placing 'TAGCAA' from 16)), ('two changes', overlay(pr placing 'TGC' from 7)), ('not read', overlay(pr placing 'NNN' from 7))) as v (what, sequence),
    genotype_from_nucleotides('PR', sequence) as r;
select genotype_from_nucleotides('RT', pr) from nucleotides;
select genotype_from_nucleotides('PR', 'PQITLWQRPLV');
select genotype_from_nucleotides('PR', 'CCTCAGATC');
select genotype_from_nucleotides('PR', repeat('ACGT', 30));
-- The alignment is what mutations_from_sequence reads.
select count(*) from nucleotides, genotype_from_nucleotides('PR', overlay(pr placing 'RTCGTC' from 7 for 3)) as r
where mutations_from_sequence('PR', r.aligned_aa, r.first_codon) = r.genotype;
drop view nucleotides;
