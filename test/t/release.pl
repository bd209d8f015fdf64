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


# A frozen script is created first, and upgraded then: what it names of the library has to be there.
{
	chomp(my $library = `pg_config --pkglibdir`);
	my %exported = map { $_ => 1 } `nm -D --defined-only '$library/virotrial.so'` =~ /(\w+)$/mg;
	my $scripts = join '', map { slurp_file($_) } glob "$source/extension/virotrial--*.sql";
	my %named;
	$named{ $2 // $1 } = 1
	  while $scripts =~ /^create (?:or replace )?function [\w.]*?(\w+)\([^;]*?'MODULE_PATHNAME'(?:, *'(\w+)')?/mg;
	isnt(scalar(keys %named), 0, 'frozen scripts name functions of the library');
	is(join(' ', grep { !$exported{$_} } sort keys %named), '', 'the library has each function that a frozen script names');
}
ok(!system("$source/scripts/upgrade_script", '--check'), 'the script of the upgrade is what make upgrade-script writes');

# What a database of any version has: every object, and the rows that are the extension's own.
sub catalogue
{
	my ($database) = @_;
	my @objects = map { $node->safe_psql($database, "\\i $source/test/upgrade/catalogue.sql\nselect pg_temp.catalogue('$_')") }
		  qw(virotrial _virotrial ral);
	my $rows = $node->safe_psql($database, q{select format('select ''rows %s '' || to_jsonb(r)::text from %s as r', oid::regclass, oid::regclass)
		from pg_class where relnamespace = 'virotrial'::regnamespace and relkind = 'r' \gexec});
	return join("\n", @objects, $rows);
}

# A study with all that test/upgrade/study.sql knows.
sub make
{
	my ($database, $version) = @_;
	$node->safe_psql('postgres', "create database $database; alter database $database set search_path = public, virotrial");
	$node->safe_psql($database, "create schema virotrial; create extension virotrial schema virotrial version '$version'");
	$node->safe_psql($database, "\\i $source/test/upgrade/study.sql");
	$node->safe_psql($database, "\\i $source/test/upgrade/kept.sql\ncall remember_rows()");
	return;
}

sub upgrade
{
	my ($database) = @_;
	$node->safe_psql($database, "alter extension virotrial update");
	$node->safe_psql($database, "call upgrade_study('ral')");
	return catalogue($database);
}

SKIP:
{
	skip("no version is earlier than $default", 1) if !@earlier;
	chdir $source or die "$source: $!\n";
	make('fresh', $default);
	my $fresh = upgrade('fresh');
	my $number = 0;
	for my $version (@earlier)
	{
		my $database = 'earlier_' . ++$number;
		make($database, $version);
		is(difference($fresh, upgrade($database)), '', "$version becomes as a new $default, with its study");
		is($node->safe_psql($database, 'select * from lost_rows()'), '', 'whose rows stay');
		is($node->safe_psql($database, $_), $node->safe_psql('fresh', $_), "it has what a new one has: $_")
		  for "select * from violations('ral')", "select * from study_problems('ral')";
		is($node->safe_psql($database, "select * from verify('ral')"), '', 'its seal finds no change');
		local $ENV{PGOPTIONS} = '';
		my $connection = $node->connstr($database);
		is(`psql -X -q -d "$connection" <test/upgrade/afterwards.sql 2>&1`,
			slurp_file('test/upgrade/afterwards.out'), 'locks, rules and seal go on');
	}
}

$node->stop;
done_testing();
