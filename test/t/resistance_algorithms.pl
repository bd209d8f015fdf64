# The published algorithms, where a directory with them is named: they load
# whole, agree with the sample of published results and with the evaluator in
# Python on random patterns.
#
# The algorithms are no part of the project.  VIROTRIAL_DATA names a directory
# with asi/HIVDB_10.2.xml, ANRS_33.xml, Rega_10.0.xml, hivdb_10.2_sample.tsv and
# grammar_tests.tsv; without it, ../shared/data is tried.  PATTERNS is the
# number of patterns for each algorithm, RANGES that of genotypes with positions
# that were not read, each of which the evaluator answers for all residues.
use strict;
use warnings;
use File::Basename;
use File::Copy;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $source = dirname(__FILE__) . '/../..';
my ($data) = grep { -r "$_/HIVDB_10.2.xml" }
  (($ENV{VIROTRIAL_DATA} // "$source/../shared/data") . "/asi");
plan skip_all =>
  'SKIPPED: no published algorithms here; VIROTRIAL_DATA names a directory with them'
  if !defined $data;

my $patterns = $ENV{PATTERNS} // 2000;
my $count = $ENV{RANGES} // 100;
my $python = $ENV{PYTHON} // 'python3';
my $has_python = system("$python -c 'import xml.etree.ElementTree' 2>/dev/null") == 0;

my $node = PostgreSQL::Test::Cluster->new('resistance');
$node->init;
$node->start;
$node->safe_psql('postgres', <<'SQL');
create extension virotrial;
create function genotype(list text) returns mutation[] language plpgsql as $$
begin
    return mutations(list);
exception when invalid_text_representation then
    return null;  -- a wild type alone, which rules may name
end $$;
SQL

# The server may not be able to read where the files lie.
my $files = PostgreSQL::Test::Utils::tempdir();
chmod 0755, $files;
for my $file (qw(HIVDB_10.2.xml ANRS_33.xml Rega_10.0.xml hivdb_10.2_sample.tsv grammar_tests.tsv))
{
	copy("$data/$file", "$files/$file") or die "$file: $!";
}

my %algorithm = ('HIVDB_10.2' => ['HIVDB', 28], 'ANRS_33' => ['ANRS', 25], 'Rega_10.0' => ['Rega v10.0.0', 23]);
for my $file (sort keys %algorithm)
{
	my ($name, $drugs) = @{ $algorithm{$file} };
	is($node->safe_psql('postgres',
			"select name from load_resistance_algorithm(pg_read_file('$files/$file.xml')::xml)"),
		$name, "$file loads");
	is($node->safe_psql('postgres', "select count(*) from resistance_algorithm_drug where name = '$name'"),
		$drugs, "$file has $drugs drugs");
}
is($node->safe_psql('postgres', "select count(*) from resistance_algorithm_rule where name = 'HIVDB'"),
	1449, 'HIVDB 10.2 has 1449 items');

$node->safe_psql('postgres', <<"SQL");
create table sample (gene text, mutations text, drug text, score float8, level integer);
copy sample from '$files/hivdb_10.2_sample.tsv' with (format csv, delimiter E'\\t', header);
create table statement (source text, statement text, kind text, expected text);
copy statement from '$files/grammar_tests.tsv' with (format csv, delimiter E'\\t', header);
SQL
is($node->safe_psql('postgres', <<'SQL'), '4308|4308|4308', 'the sample agrees in score and level');
select count(*), count(*) filter (where resistance_score(g, compiled, drug) = score),
    count(*) filter (where resistance_level(g, compiled, drug) = level)
from (select s.*, mutations(gene || ': ' || mutations) as g, compiled
      from sample as s, resistance_algorithm_version as v where v.name = 'HIVDB') as x
SQL
is($node->safe_psql('postgres', <<'SQL'), '29|29', 'the statements agree');
select count(*), count(*) filter (where expected =
    case kind when 'bool' then resistance_statement_true(statement, 'RT', g)::text
    else resistance_statement_score(statement, 'RT', g)::text end)
from (select *, mutations('RT: 41L, 50VW, 98LRG') as g from statement) as x
SQL

SKIP:
{
	skip "no $python", 3 if !$has_python;
	for my $file (sort keys %algorithm)
	{
		my ($name, $drugs) = @{ $algorithm{$file} };
		my $asi = "$source/test/oracle/asi.py";
		system("$python $asi patterns $files/$file.xml $patterns 17 > $files/patterns && "
			  . "$python $asi evaluate $files/$file.xml < $files/patterns > $files/expected") == 0
		  or die "the evaluator failed";
		$node->safe_psql('postgres', <<"SQL");
create table pattern (number serial, list text);
copy pattern (list) from '$files/patterns' with (format csv, delimiter E'\\x01');
create table expected (number integer, drug text, score float8, level integer);
copy expected from '$files/expected' with (format csv, delimiter E'\\t');
SQL
		my $result = $node->safe_psql('postgres', <<"SQL");
with computed as (
    select p.number, r.drug, r.score, r.level
    from (select number, genotype(list) as g from pattern) as p, resistance_algorithm_version as v,
        resistance(p.g, v.compiled) as r
    where v.name = '$name' and p.g is not null)
select count(*), count(*) filter (where c.score is distinct from e.score or c.level <> e.level)
from computed as c join expected as e using (number, drug)
SQL
		my ($compared, $differ) = split /\|/, $result;
		ok($compared > $patterns * $drugs * 0.9 && $differ == 0,
			"$file: $compared results of random patterns, $differ differ from the second evaluator");
		$node->safe_psql('postgres', 'drop table pattern, expected');
	}
}

# What positions that were not read leave open: each position that a rule
# tests alone, exhaustively, and random genotypes with one or two.
SKIP:
{
	skip "no $python", 6 if !$has_python;
	for my $file (sort keys %algorithm)
	{
		my ($name) = @{ $algorithm{$file} };
		my $asi = "$source/test/oracle/asi.py";
		system("$python $asi open $files/$file.xml > $files/open && "
			  . "$python $asi ranges $files/$file.xml $count 3 > $files/ranges") == 0
		  or die "the evaluator failed";
		$node->safe_psql('postgres', <<"SQL");
create table open (gene text, codon integer, drug text, low float8, high float8, least integer, most integer);
copy open from '$files/open' with (format csv, delimiter E'\\t');
update open set gene = 'GP41' where gene = 'FU';
create table range (list text, drug text, low float8, high float8, least integer, most integer);
copy range from '$files/ranges' with (format csv, delimiter E'\\t');
SQL
		is($node->safe_psql('postgres', <<"SQL"), '0|t', "$file: X opens the drugs that it can change, and no other");
with position as (
    select gene, codon from (values ('CA', 231), ('PR', 99), ('RT', 560), ('IN', 288), ('GP120', 511), ('GP41', 345)) as v (gene, length),
        generate_series(1, length) as codon
), found as (
    select p.gene, p.codon, r.drug, r.lowest_score, r.highest_score, r.lowest_level, r.highest_level, r.open_positions
    from position as p, resistance_algorithm_version as v, resistance(array[mutation(p.gene, p.codon || 'X')], v.compiled) as r
    where v.name = '$name' and (r.lowest_score <> r.highest_score or r.lowest_level <> r.highest_level)
)
select count(*) filter (where (f.lowest_score, f.highest_score, f.lowest_level, f.highest_level, f.open_positions)
    is distinct from (o.low, o.high, o.least, o.most, array[o.codon])), count(o.drug) > 150
from found as f full join open as o using (gene, codon, drug)
SQL
		is($node->safe_psql('postgres', <<"SQL"), '0|t', "$file: the ranges of random genotypes are exact");
select count(*) filter (where (r.lowest_score, r.highest_score, r.lowest_level, r.highest_level)
    is distinct from (e.low, e.high, e.least, e.most)), count(*) > $count
from range as e, resistance_algorithm_version as v, resistance(mutations(e.list), v.compiled) as r
where v.name = '$name' and r.drug = e.drug
SQL
		$node->safe_psql('postgres', 'drop table open, range');
	}
}

# A dump restores: the tables are ordinary ones, whose values keep their text.
my $dump = "$files/dump.sql";
$node->command_ok([ 'pg_dump', '-f', $dump, $node->connstr('postgres') ], 'the algorithms are dumped');
$node->safe_psql('postgres', 'create database restored');
$node->command_ok([ 'psql', '-qX', '-v', 'ON_ERROR_STOP=1', '-f', $dump, $node->connstr('restored') ], 'and restored');
my $digests = "select string_agg(digest(compiled), ' ' order by name) from resistance_algorithm_version";
is($node->safe_psql('restored', $digests), $node->safe_psql('postgres', $digests), 'with the same digests');

$node->stop;
done_testing();
