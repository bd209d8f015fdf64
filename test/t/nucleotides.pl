# Nucleotide sequences drawn from the references, with substitutions, mixtures,
# insertions, deletions and lost ends: the genotype is the one that was drawn,
# and the one that a second, plain aligner reads.  SEQUENCES is their number
# for each gene.
use strict;
use warnings;
use File::Basename;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $source = dirname(__FILE__) . '/../..';
my $python = $ENV{PYTHON} // 'python3';
my $sequences = $ENV{SEQUENCES} // 200;
my $reader = "$source/test/oracle/nucleotides.py";
plan skip_all => "SKIPPED: no $python" if system("$python -c 'import itertools' 2>/dev/null") != 0;

my $node = PostgreSQL::Test::Cluster->new('nucleotides');
$node->init;
$node->start;
$node->safe_psql('postgres', 'create extension virotrial; create table drawn (gene text, sequence text, genotype text)');
my $files = PostgreSQL::Test::Utils::tempdir();
chmod 0755, $files;
my $differ = 'select count(*), count(*) filter (where (genotype_from_nucleotides(gene, sequence)).genotype::text <> genotype) from drawn';

for my $gene ('PR', 'RT', 'IN', 'CA')
{
	system("$python $reader draw $gene $sequences 7 > $files/drawn && "
		  . "head -n 20 $files/drawn | $python $reader read > $files/read") == 0
	  or die "the second reader failed";
	for my $file ('drawn', 'read')
	{
		$node->safe_psql('postgres', "truncate drawn; copy drawn from '$files/$file' with (format csv, delimiter E'\\t')");
		my $count = $file eq 'drawn' ? $sequences : $sequences < 20 ? $sequences : 20;
		is($node->safe_psql('postgres', $differ), "$count|0", "$gene: as it was $file");
	}
}
$node->stop;
done_testing();
