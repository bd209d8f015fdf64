# Every aggregate against the figures that R computed (test/oracle/README.md).
use strict;
use warnings;

use Cwd qw(abs_path);
use File::Copy;
use FindBin;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $oracle = abs_path("$FindBin::RealBin/../oracle");
my $hiv_data = ($ENV{VIROTRIAL_DATA} || "$oracle/../../../shared/data") . "/hiv";

my $node = PostgreSQL::Test::Cluster->new('oracle');
$node->init;
$node->start;
$node->safe_psql('postgres', 'create extension virotrial');

# Runs one comparison in `directory`, and makes a test of each line it prints.
sub compare
{
	my ($subject, $directory) = @_;
	chdir $directory or die "$directory: $!";
	my ($stdout, $stderr) = ('', '');
	my $ran = IPC::Run::run(
		[
			'psql', '-XqAt', '-F', '|', '-d', $node->connstr('postgres'),
			'-f', "$oracle/compare/$subject.sql"
		],
		'>', \$stdout, '2>', \$stderr);
	my $lines = 0;
	for (split /\n/, $stdout)
	{
		my ($what, $figure, $compared, $error, $worst, $tolerance) = split /\|/;
		next unless defined $tolerance;
		$lines++;
		cmp_ok($error eq 'Infinity' ? 9**9**9 : $error, '<=', $tolerance,
			"$what: $figure, largest error $error of $compared (data set $worst)");
	}
	cmp_ok($lines, '>', 0, "$subject: figures were compared");
	ok($ran, "$subject: the script ended well") or diag($stderr);
	return;
}

{
	# The aggregates as JIT compiles them, too.  The views of a study run for less time than that takes.
	local $ENV{PGOPTIONS} = ($ENV{PGOPTIONS} // '') . ' -c jit=on';
	compare($_, $oracle)
	  for qw(response_rate viral_load_summary log_reduction_summary mean_ci mean_difference quantile
	  incidence_rate response_comparison survival_curve survival_ties logrank_strata interval_curve signed_rank rank_sum davg censored_quantile
	  tobit_regression tobit_open cox_regression ancova censored_difference toxicity_grade);
}
compare($_, $oracle) for qw(outcomes endpoints results displays safety);

SKIP:
{
	if (!-e "$hiv_data/actg315.csv")
	{
		diag("SKIPPED: $hiv_data/actg315.csv is not there; set VIROTRIAL_DATA");
		skip('no ACTG 315 data file', 1);
	}
	my $directory = PostgreSQL::Test::Utils::tempdir();
	copy("$hiv_data/actg315.csv", $directory) or die "actg315.csv: $!";
	copy("$oracle/actg315_figures.csv", $directory) or die "actg315_figures.csv: $!";
	compare('actg315', $directory);
	if (!-e "$hiv_data/virload.csv" || !-e "$hiv_data/virload50.csv")
	{
		diag("SKIPPED: virload.csv or virload50.csv is not in $hiv_data");
		skip('no virload data files', 1);
	}
	copy("$hiv_data/$_.csv", $directory) or die "$_.csv: $!" for qw(virload virload50);
	copy("$oracle/endpoints_files_$_.csv", "$directory/endpoints_$_.csv")
	  or die "endpoints_files_$_.csv: $!"
	  for qw(virology log_reduction cd4);
	compare('endpoints_files', $directory);
}

chdir $FindBin::RealBin;
$node->stop;
done_testing();
