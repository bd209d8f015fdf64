# The program virotrial, and clients that enter results, through PgBouncer in transaction
# mode: each transaction may get another session, and two sessions serve all.  Nothing of
# a transaction is left in a session, and nobody deadlocks.  POOL_SECONDS sets how long
# results are entered; from 10 on, the same is done without a pool, and without rules, in
# three turns.  POOL_FSYNC=on has each commit wait for the disk.
use strict;
use warnings;

use IPC::Run;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my ($pgbouncer) = grep { -x } map { "$_/pgbouncer" } split(/:/, $ENV{PATH}), '/usr/sbin';
plan skip_all => 'SKIPPED: no pgbouncer' unless $pgbouncer;

my $seconds = $ENV{POOL_SECONDS} || 2;
my $clients = 8;
my $sessions = 2;
my $node = PostgreSQL::Test::Cluster->new('pool');
$node->init(extra => [ '--encoding', 'UTF8', '--locale', 'C' ]);
$node->append_conf('postgresql.conf', "fsync = @{[ $ENV{POOL_FSYNC} // 'off' ]}\njit = off\ndeadlock_timeout = 200ms\nunix_socket_permissions = 0777\n");
$node->start;
my $directory = PostgreSQL::Test::Utils::tempdir_short();
my $port = PostgreSQL::Test::Cluster::get_free_port();
my $user = getpwuid($<);
$ENV{PGAPPNAME} = 'client_pool.pl';
# PgBouncer takes no options at the start of a connection.
delete $ENV{PGOPTIONS};

sub sql { return $node->safe_psql('postgres', "set search_path = public, virotrial;\n$_[0]"); }

sub file
{
	my ($name, $content) = @_;
	open my $file, '>:raw', "$directory/$name" or die "$directory/$name: $!";
	print $file $content;
	close $file;
	return "$directory/$name";
}

# Starts PgBouncer with so many sessions of the server.
sub start_pool
{
	my ($size) = @_;
	file('users', qq{"$user" ""\n"pool_clerk" ""\n});
	my $settings = file('pgbouncer.ini', <<"END");
[databases]
postgres = host=@{[ $node->host ]} port=@{[ $node->port ]}
[pgbouncer]
listen_port = $port
unix_socket_dir = $directory
auth_type = trust
auth_file = $directory/users
pool_mode = transaction
default_pool_size = $size
logfile = $directory/log
pidfile = $directory/pid
END
	my $pool = IPC::Run::start([ $pgbouncer, '-q', $settings ], '<', \undef, '>', '/dev/null', '2>', '/dev/null');
	for (1 .. 100)
	{
		last if -S "$directory/.s.PGSQL.$port";
		select undef, undef, undef, 0.1;
	}
	return $pool;
}

my $pooled = "host=$directory port=$port dbname=postgres";

# Runs a program; returns its exit code, and all that it writes.
sub run
{
	my (@command) = @_;
	my $said = '';
	IPC::Run::run([@command], '<', \undef, '>', \$said, '2>&1', IPC::Run::timeout(180));
	return ($? >> 8, $said);
}

sub virotrial
{
	my ($command, @arguments) = @_;
	return run('virotrial', $command, '-d', $pooled, @arguments);
}

sql("create schema virotrial; create extension virotrial schema virotrial; alter database postgres set search_path = public, virotrial");
my $pool = start_pool(1);

# ---- each command, one session for all

my ($code, $said) = virotrial('new', 'ral', '--quiet');
is($code, 0, 'a study is made') || diag($said);
sql("insert into ral.site (site_id, name) values ('S1', 'First'); call secure_study('ral');
	create role pool_clerk login; grant ral_clerk to pool_clerk; insert into ral.site_access (login, site_id) values ('pool_clerk', 'S1')");
my @subjects = (file('subject.csv', "site_id,subject_id,birth_date,sex\nS1,001,1970-01-01,male\nS1,002,1970-01-01,female\n"),
	file('consent.csv', "site_id,subject_id,version,signed\nS1,001,1.0,2008-01-01\nS1,002,1.0,2008-01-01\n"));
for my $turn (1, 2)
{
	($code, $said) = virotrial('load', 'ral', @subjects, '-q');
	is($code, 0, "a delivery loads, turn $turn") || diag($said);
}
my $bad = file('bad subject.csv', "site_id,subject_id,birth_date,sex\nS1,003,1970-01-01,male\nS1,004,2170-01-01,male\n");
for my $option ([], ['--dry-run'], ['--accept-good'])
{
	($code, $said) = virotrial('load', 'ral', @$option, $bad);
	ok($code == 1 && $said =~ /^bad subject[.]csv:3: birth_date "2170-01-01"/m, "faults are named: @$option") || diag($said);
}
($code, $said) = virotrial('load', 'ral', '-U', 'pool_clerk', '-q', file('clerk subject.csv', "site_id,subject_id,birth_date,sex\nS1,K1,1970-01-01,male\n"));
is("$code $said", '0 ', 'a clerk loads');
is(sql("select string_agg(subject_id, ' ' order by subject_id) from ral.subject"), '001 002 003 K1', 'all that is good is in');
($code, $said) = virotrial('load', 'ral', file('subject.csv', "site_id,subject_id,birth_date,sex\nS1,001,1971-01-01,male\n"), '--reason=transcription', '-q');
is($code, 0, 'a correction with its reason') || diag($said);
is(sql("select reason_code, source from ral.subject join ral.change on change_id = entered_in where subject_id = '001'"), 'transcription|file:subject.csv', 'which is on record');
for my $command ([ 'map', 'ral', $bad ], [ 'check', 'ral' ], [ 'export', 'ral', "$directory/csv" ], [ 'export', 'ral', "$directory/json", '--format=dataset-json' ],
	[ 'export', 'ral', "$directory/tables", '--tables' ], [ 'report', 'ral', '--psql', '-q' ], [ 'report', 'ral', '-q', '-o', "$directory/report.html" ])
{
	($code, $said) = virotrial(@$command);
	my ($plain_code, $plain) = run('virotrial', $command->[0], '-d', $node->connstr('postgres'), @$command[ 1 .. $#$command ], $command->[0] eq 'export' ? '--force' : ());
	s/\d{4}-\d\d-\d\d.\d\d:\d\d:\d\d\S*//g for $said, $plain;
	is("$code\n$said", "$plain_code\n$plain", "$command->[0]: as without a pool");
}
($code, $said) = run('psql', '-XqAt', '-d', $pooled, '-c', "select count(*) from pg_class where relnamespace = pg_my_temp_schema() and relpersistence = 't'",
	'-c', "select string_agg(name || ' = ' || current_setting(name, true), ', ') from unnest('{virotrial.reason,virotrial.source,virotrial.defer_rules,virotrial.data_cut,virotrial_report.results,search_path,application_name}'::text[]) as name
		where current_setting(name, true) not in ('', 'public, virotrial', 'client_pool.pl')");
is($said, "0\n\n", 'nothing of them is left in the session');
$pool->signal('INT');
$pool->finish;

# ---- clients that enter results, of one subject and of many

$pool = start_pool($sessions);
sql(<<'SQL');
call create_study('busy');
call simulate_study('busy', subjects => 40, sites => 2, seed => 1);
create sequence turn;
grant usage on sequence turn to public;
create view dosed as
	select row_number() over (order by site_id, subject_id) as number, site_id, subject_id, min(started) as first
	from busy.regimen group by site_id, subject_id;
create table entry as select * from dosed;
create table plain (like busy.lab_result including defaults, primary key (site_id, subject_id, collected, test, replicate),
	foreign key (site_id, subject_id) references busy.subject);
create table plain_viral_load (like busy.viral_load_result including defaults, primary key (site_id, subject_id, collected, replicate),
	foreign key (site_id, subject_id) references busy.subject);
analyze;
SQL
my $entries = sql('select count(*) from entry');

# Results after the first dose, in transactions of three statements.  A late baseline would
# lock its subject: of two transactions that enter results before one, the second deadlocks.
sub script
{
	my ($subject, $laboratory, $viral_load) = @_;
	my $values = "select site_id, subject_id, first + 1 + (n / 5000 % 300)::integer, n % 5000 + 10";
	return file(join('-', $subject, $laboratory), <<"END");
\\set number $subject
begin;
with turn as (select nextval('turn') as n) insert into $laboratory (site_id, subject_id, collected, replicate, test, value, unit)
	$values, 'K', '4.1', 'mmol/L' from entry, turn where number = :number;
with turn as (select nextval('turn') as n) insert into $viral_load (site_id, subject_id, collected, replicate, assay, viral_load)
	$values, (select min(assay) from busy.assay), '500' from entry, turn where number = :number;
with turn as (select nextval('turn') as n) insert into $laboratory (site_id, subject_id, collected, replicate, test, value, unit)
	$values, 'HGB', '140', 'g/L' from entry, turn where number = :number;
commit;
END
}

for my $case ([ 'one subject', 1 ], [ 'many subjects', "random(1, $entries)" ])
{
	my ($name, $subject) = @$case;
	my %rate;
	for my $turn (1 .. ($seconds < 10 ? 1 : 3))
	{
		for my $way ('directly', 'through the pool')
		{
			for my $study ('plain', 'rules')
			{
				next if ($study eq 'plain' || $way eq 'directly') && $seconds < 10;
				my @tables = $study eq 'plain' ? ('plain', 'plain_viral_load') : ('busy.lab_result', 'busy.viral_load_result');
				my @connection = $way eq 'directly' ? ('-h', $node->host, '-p', $node->port) : ('-h', $directory, '-p', $port);
				($code, $said) = run('pgbench', '-n', '-c', $clients, '-j', 2, '-T', $seconds, '-f', script($subject, @tables), @connection, 'postgres');
				my ($rate) = $said =~ /^tps = ([\d.]+)/m;
				push @{ $rate{"$study $way"} }, $rate // 0;
				my ($failed) = $said =~ /^number of failed transactions: (\d+)/m;
				ok($code == 0 && !$failed && $said !~ /ERROR/, "$name, $study, $way, turn $turn: no error") || diag($said);
			}
		}
	}
	note(sprintf '%s: %s transactions of three results per second', $name,
		join ', ', map { "$_ " . join '/', map { sprintf '%.0f', $_ } @{ $rate{$_} } } sort keys %rate);
}
is(sql("select deadlocks from pg_stat_database where datname = 'postgres'"), 0, 'nobody deadlocks');
is(sql("select count(*) from violations('busy')"), 0, 'and no rule is broken');
$pool->signal('INT');
$pool->finish;
$node->stop;
done_testing();
