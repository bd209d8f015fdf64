# What a release promises: META.json is valid, a frozen script is what its sources make, and
# a database of each earlier version becomes as a new one, with its studies.
use strict;
use warnings;

use FindBin;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $source = "$FindBin::RealBin/../..";

# Prints the lines that one list has and the other has not.
sub difference
{
	my ($fresh, $upgraded) = @_;
	my (%fresh, %upgraded);
	$fresh{$_}++ for split /\n(?=\w+ )/, $fresh;
	$upgraded{$_}++ for split /\n(?=\w+ )/, $upgraded;
	return join("\n", (map { "missing: $_" } grep { !$upgraded{$_} } sort keys %fresh),
		map { "too much: $_" } grep { !$fresh{$_} } sort keys %upgraded);
}

ok(!system("$source/scripts/check_meta", "$source/META.json"), 'META.json is valid, and has the versions of the other files');

my ($default) = slurp_file("$source/virotrial.control") =~ /^default_version *= *'(.*)'/m;
my $frozen = "$source/extension/virotrial--$default.sql";
SKIP:
{
	skip("version $default is not frozen", 1) if !-e $frozen;
	chomp(my $share = `pg_config --sharedir`);
	ok(slurp_file($frozen) eq slurp_file("$share/extension/virotrial--$default.sql"), "the frozen script of $default is what its sources make");
}

my $node = PostgreSQL::Test::Cluster->new('release');
$node->init;
$node->start;
$node->safe_psql('postgres', 'create schema virotrial; create extension virotrial schema virotrial; create schema ral');
{
	local $ENV{PSQLRC} = "$source/virotrial.psqlrc";
	my ($out, $err) = run_command([ 'psql', '-Atd', $node->connstr('postgres'), '-c', "select '<50'::viral_load < 50, null" ]);
	is("$out$err", 't|(unknown)', 'virotrial.psqlrc finds the operators, and shows what is unknown');
}
my @earlier = split /\n/, $node->safe_psql('postgres',
	"select version from pg_available_extension_versions where name = 'virotrial' and version <> '$default' order by 1");

sub catalogue
{
	my ($database) = @_;
	return join("\n", map { $node->safe_psql($database, "\\i $source/test/upgrade/catalogue.sql\nselect pg_temp.catalogue('$_')") }
		  qw(public _virotrial ral));
}

sub make
{
	my ($database, @versions) = @_;
	$node->safe_psql('postgres', "create database $database");
	$node->safe_psql($database, "create extension virotrial version '$versions[0]'; call create_study('ral');"
		  . "call simulate_study('ral', subjects => 6, sites => 1, seed => 1); drop table ral.simulated_candidate");
	$node->safe_psql($database, "alter extension virotrial update to '$_'") for @versions[ 1 .. $#versions ];
	$node->safe_psql($database, "call upgrade_study('ral')");
	return catalogue($database);
}

SKIP:
{
	skip("no version is earlier than $default", 1) if !@earlier;
	my $fresh = make('fresh', $default);
	my $number = 0;
	for my $version (@earlier)
	{
		my $database = 'earlier_' . ++$number;
		is(difference($fresh, make($database, $version, $default)), '', "$version becomes as a new $default, with its study");
		is($node->safe_psql($database, "select count(*) from violations('ral')"), '0', 'whose rows hold its rules');
		isnt($node->safe_psql($database, 'select count(*) from ral.viral_load_result'), '0', 'and are there');
	}
}

$node->stop;
done_testing();
