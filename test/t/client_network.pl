# The program virotrial when the network fails in the middle of a load: it ends with a
# message and its exit code, all or nothing is in the study, and the file loads after it.
# CLIENT_KILLS sets how many loads are cut.
use strict;
use warnings;

use IPC::Run;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(time usleep);

use ClientProxy;
use PlantedFile;

my $cuts = $ENV{CLIENT_KILLS} || 5;
my $node = PostgreSQL::Test::Cluster->new('network');
$node->init(extra => [ '--encoding', 'UTF8', '--locale', 'C' ]);
$node->append_conf('postgresql.conf', "fsync = off\njit = off\n");
$node->start;
my $directory = PostgreSQL::Test::Utils::tempdir();
my $rows = 1000;

sub sql { return $node->safe_psql('postgres', "set search_path = public, virotrial;\n$_[0]"); }

# A file of its own for each load: another replicate of the same results.
sub part
{
	my ($number) = @_;
	my $text = slurp_file("$directory/whole.csv");
	$text =~ s/^(S1,[^,]*,[^,]*,[^,]*),1,/$1,$number,/mg;
	open my $file, '>', "$directory/part $number of lab_result.csv" or die $!;
	print $file $text;
	close $file;
	return "$directory/part $number of lab_result.csv";
}

sub start
{
	my ($proxy, $path, $said, @options) = @_;
	return IPC::Run::start([ 'virotrial', 'load', '-d', $proxy->connstr('postgres'), 'ral', $path, @options ], '<', \undef, '>', $said, '2>', $said);
}

# The exit code of a client that has ended
sub code { my ($client) = @_; $client->finish; return $client->result || 0; }

# All of it is in, or nothing of it
sub in_study
{
	my ($number) = @_;
	$node->poll_query_until('postgres', "select not exists (select from pg_stat_activity where application_name like 'virotrial%')");
	return sql("select count(*) from ral.lab_result where replicate = $number and collected > '1999-01-01'");
}

sql("create schema virotrial; create extension virotrial schema virotrial; call create_study('ral');" . PlantedFile::study());
PlantedFile::write_file("$directory/whole.csv", $rows, 1, 1);
$rows = () = slurp_file("$directory/whole.csv") =~ /^S1,/mg;

# ---- cut at any point

my $proxy = ClientProxy->start($node, counts => "$directory/passed");
my $said = '';
my $client = start($proxy, part(1), \$said);
is(code($client), 0, 'a network that holds: the file loads') || diag($said);
for (1 .. 100) { last if -s "$directory/passed"; usleep(100_000); }
my $passed = slurp_file("$directory/passed");
cmp_ok($passed, '>', 50_000, 'through the proxy');
$proxy->stop;

my (@unsaid, @half, @unloaded);
for my $number (2 .. $cuts + 1)
{
	my $path = part($number);
	my $after = int($passed * rand);
	$said = '';
	$proxy = ClientProxy->start($node, after => $after, then => 'cut');
	my $code = code(start($proxy, $path, \$said));
	$proxy->stop;
	my $found = in_study($number);
	# What is in before the answer to the commit came through is whole.
	push @half, "$number after $after: $found" unless $found == 0 || $found == $rows && $said =~ /may have taken all or nothing/;
	push @unsaid, "$after: $code $said" unless $code == 3 && $said =~ /the connection was lost.*\nHint: |^virotrial: connection to server.*failed/m || $code == 0;
	my ($again) = run_command([ 'virotrial', 'load', '-d', $node->connstr('postgres'), 'ral', $path ]);
	push @unloaded, "$number: $again" unless in_study($number) == $rows;
}
is_deeply(\@unsaid, [], "$cuts networks were cut: each load ends with code 3, and says what is lost");
is_deeply(\@half, [], 'nothing half is in the study');
is_deeply(\@unloaded, [], 'and each file loads when the network is there again');

# ---- silent: the program waits, and can be interrupted

for my $case ([ 'while it sends', $passed / 2 ], [ 'while it waits for an answer', $passed - 500 ])
{
	my ($when, $after) = @$case;
	my $number = $case->[1] < $passed - 500 ? 1001 : 1002;
	$said = '';
	$proxy = ClientProxy->start($node, after => int($after), then => 'hang');
	my $client = start($proxy, part($number), \$said);
	my $began = time;
	$node->poll_query_until('postgres', "select exists (select from pg_stat_activity where application_name like 'virotrial%')");
	usleep(1_000_000);
	$client->pump_nb;
	is($said =~ /connection was lost/ ? 1 : 0, 0, "a network that is silent $when: the program waits");
	my $port = sprintf ':%04X', $proxy->{port};
	my @timers = -r '/proc/net/tcp' ? grep { /^\s*\d+: \S+ \S+$port 01 / } split /\n/, slurp_file('/proc/net/tcp') : ();
	ok((grep { / 02:([0-9A-F]+) / && hex($1) <= 6000 } @timers) > 0, 'and asks within a minute whether somebody is there') || diag(join "\n", @timers)
	  if @timers && $when =~ /waits/;
	$client->signal('INT');
	usleep(300_000);
	$client->signal('INT');
	is(code($client), 130, 'it can be interrupted, though the server does not answer');
	like($said, qr/^virotrial: interrupted; the server does not answer; nothing was changed$/m, 'and says so');
	cmp_ok(time - $began, '<', 60, 'at once');
	$proxy->stop;
	is(in_study($number), 0, 'nothing of it is in the study');
	run_command([ 'virotrial', 'load', '-d', $node->connstr('postgres'), 'ral', part($number) ]);
	is(in_study($number), $rows, 'and the file loads after it');
}

# Ten seconds are for where there is time.
if ($ENV{CLIENT_KILLS})
{
	$said = '';
	$proxy = ClientProxy->start($node, after => int($passed / 2), then => 'hang');
	$client = start($proxy, part(1003), \$said);
	$node->poll_query_until('postgres', "select exists (select from pg_stat_activity where application_name like 'virotrial%')");
	$client->signal('INT');
	is(code($client), 130, 'one interrupt is enough, after ten seconds');
	$proxy->stop;
	is(in_study(1003), 0, 'and nothing is in the study');
}
$node->stop;
done_testing();
