# How far something is: on a terminal, in a log, and for other sessions.  The recording of a
# terminal in doc/loading.md is what the program shows, but for its figures.
use strict;
use warnings;

use File::Basename;
use IPC::Run;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

use ClientProxy;
use PlantedFile;

plan skip_all => 'SKIPPED: no pseudo-terminal' unless eval { require IO::Pty; IO::Pty->new };

my $node = PostgreSQL::Test::Cluster->new('progress');
$node->init(extra => [ '--encoding', 'UTF8', '--locale', 'C' ]);
$node->append_conf('postgresql.conf', "fsync = off\njit = off\nwork_mem = '64kB'\n");
$node->start;
my $directory = PostgreSQL::Test::Utils::tempdir();
my $document = slurp_file(dirname(__FILE__) . '/../../doc/loading.md');

sub sql { return $node->safe_psql('postgres', "set search_path = public, virotrial;\n$_[0]"); }

# What a command says on a terminal: each state of a line that changes, on a line of its own
sub on_terminal
{
	my ($command, $host, $port) = @_;
	my $screen = '';
	local ($ENV{PGHOST}, $ENV{PGPORT}, $ENV{PGDATABASE}) = ($host, $port, 'postgres');
	IPC::Run::run([ 'bash', '-c', "cd '$directory' && $command 2>&1" ], '>pty>', \$screen, IPC::Run::timeout(180));
	return $screen =~ s/\r\n/\n/gr =~ s/\r\e\[K/\n/gr =~ s/^\n//r =~ s/\n\n+/\n/gr;
}

# A recording without its figures, in which a line that changes in them alone stands once
sub shape
{
	my ($recording) = @_;
	my $shape = $recording =~ s/\d+ h \d+ min|\d+ min \d+ s|\d+ s\b/TIME/gr =~ s/\d+/N/gr;
	1 while $shape =~ s/^(.*\n)\1/$1/m;
	return $shape;
}

sql("create schema virotrial; create extension virotrial schema virotrial; call create_study('ral');" . PlantedFile::study());

SKIP:
{
	skip('SKIPPED: no IO::Pty, of libio-pty-perl', 5) unless eval { require IO::Pty; 1 };
	my ($recording) = $document =~ /^```terminal\n((?:.*\n)*?)```$/m;
	my ($command) = ($recording // '') =~ /^\$ (.*)$/m;
	my ($name) = ($command // '') =~ /'(.*)'/;
	PlantedFile::write_file("$directory/$name", 9000, 1, 1);
	my $sockets = PostgreSQL::Test::Utils::tempdir_short();
	my $slow = ClientProxy->start($node, delay => 0.02, socket => $sockets);
	my $said = "\$ $command\n" . on_terminal($command, $sockets, $slow->{port});
	$slow->stop;
	is(shape($said), shape($recording), 'the recording of doc/loading.md is what a terminal shows');
	like($said, qr/^\Q$name\E: \d+000 rows, \d+ %, \d+ rows\/s, \d+ s left$/m, 'rows, rate and time left');
	my ($rows) = $said =~ /: (\d+) rows read/;
	is($rows, sql("select count(*) from ral.lab_result where collected > '1999-01-01'"), 'and how many rows they were');
	my @parts = $said =~ / rows, (\d+) %/g;
	is_deeply([ sort { $a <=> $b } @parts ], \@parts, 'it never goes back');
	sql("set virotrial.reason = 'correction: test'; delete from ral.lab_result where collected > '1999-01-01'");
	is(on_terminal("$command --quiet", $node->host, $node->port), '', 'and nothing by --quiet');
}

my $file = "$directory/logged lab_result.csv";
PlantedFile::write_file($file, 3000, 1, 1);
my ($out, $log) = ('', '');
IPC::Run::run([ 'virotrial', 'load', '-d', $node->connstr('postgres'), '--dry-run', 'ral', $file ], '<', \undef, '>', \$out, '2>', \$log);
is(shape($log), "logged lab_result.csv: reading\nlogged lab_result.csv: N rows read, N rows/s\nlogged lab_result.csv: judging\nlogged lab_result.csv: judged in TIME\n", 'a log has plain lines');

# ---- what other sessions see: a lock stops each at a step that is known

sub holding
{
	my ($lock) = @_;
	my $holder = IPC::Run::start([ 'psql', '-XqAt', '-d', $node->connstr('postgres'), map { ('-c', $_) } 'begin', "lock table $lock", "set application_name = 'holder'", 'select pg_sleep(600)' ],
		'<', \undef, '>', '/dev/null', '2>', '/dev/null');
	$node->poll_query_until('postgres', "select exists (select from pg_stat_activity where application_name = 'holder')");
	return $holder;
}

sub seen
{
	my ($lock, $what, @command) = @_;
	my $holder = holding($lock);
	my $said = '';
	my $running = IPC::Run::start([@command], '<', \undef, '>', \$said, '2>&1');
	my $is_seen = $node->poll_query_until('postgres', "select exists (select from pg_stat_activity where application_name = '$what')");
	ok($is_seen, "others see: $what");
	$node->safe_psql('postgres', "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'holder'");
	$holder->finish;
	$running->finish;
	return $said;
}

my @psql = ('psql', '-XqAt', '-v', 'ON_ERROR_STOP=1', '-d', $node->connstr('postgres'), '-c', 'set search_path = public, virotrial', '-c', "set application_name = 'mine'");
seen('ral.lab_result in exclusive mode', 'virotrial: judges a file: entry', 'virotrial', 'load', '-d', $node->connstr('postgres'), '-q', 'ral', $file);
sql("call create_study('seen')");
my $told = seen('seen.cd4_result in exclusive mode', 'virotrial: simulates seen: results (7 of 14)', @psql, '-c', 'set client_min_messages = debug1',
	'-c', "call simulate_study('seen', subjects => 10, sites => 1)", '-c', 'show application_name');
like($told, qr/^mine\n\z/m, 'and the name of the session is its own after it') || diag($told);
is_deeply([ $told =~ /^DEBUG:  .* \((\d+) of 14\)$/mg ], [ 1 .. 14 ], 'a session that asks for messages of level debug1 is told each step') || diag($told);
sql("call seal('seen')");
is(seen('seen.seal_leaf', 'virotrial: verifies seen: leaves (2 of 4)', @psql, '-c', "select * from verify('seen')", '-c', 'show application_name'), "mine\n", 'after a verification, too');
my (undef, $shown, $noted) = $node->psql('postgres', "begin; do 'begin perform _virotrial.show_progress(repeat(''x'', 63), ''rows''); end'; show application_name");
is("$shown$noted", 'virotrial: ' . 'x' x 52, 'a long name of a study is cut off without a notice');
$node->stop;
done_testing();
