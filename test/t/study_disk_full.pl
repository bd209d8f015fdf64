# The disk gets full while rows are loaded and the study is sealed: first the one of
# the tables, then the one of the log, without which the server stops.  Nothing that
# was acknowledged is lost, nothing is there by half, and all goes on when there is
# space again.  The disks are in memory, and in a namespace of this test.
use strict;
use warnings;

use File::Temp;
use IPC::Run;
use Test::More;

BEGIN
{
	if (!$ENV{SMALL_DISKS})
	{
		my $place = File::Temp->newdir;
		my $script = q{place=$1 uid=$2 gid=$3; shift 3
			mkdir -p "$place/data" "$place/log" && mount -t tmpfs -o size=80m data "$place/data" && mount -t tmpfs -o size=40m log "$place/log" || exit
			chmod 700 "$place"/*; SMALL_DISKS=$place exec unshare --user --map-user="$uid" --map-group="$gid" "$@"};
		my @within = ('unshare', '--user', '--map-root-user', '--mount', 'sh', '-c', $script, '-', $place, $<, $( + 0);
		plan skip_all => 'no namespaces for a mount' if system(@within, 'true') != 0;
		exit(system(@within, $^X, (map { "-I$_" } @INC), $0) >> 8);
	}
}

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;

my $disks = $ENV{SMALL_DISKS};

my $node = PostgreSQL::Test::Cluster->new('full');
$node->init(extra => [ '--encoding', 'UTF8', '--locale', 'C', '--wal-segsize', '1', '--waldir', "$disks/log/pg_wal" ]);
$node->append_conf('postgresql.conf', "fsync = on\njit = off\nmax_wal_size = 8MB\nmin_wal_size = 2MB\n");
$node->start;
mkdir "$disks/data/tables";
$node->safe_psql('postgres', "create tablespace small location '$disks/data/tables'");
$node->safe_psql('postgres', 'create database trial tablespace small');
$node->safe_psql('trial', <<'SQL');
create extension virotrial;
call create_study('ral');
insert into ral.site (site_id, name) values ('S1', 'First');
insert into ral.subject (site_id, subject_id, birth_date, sex) select 'S1', n, '1970-01-01', 'male' from generate_series(0, 19) as n;
insert into ral.consent (site_id, subject_id, version, signed) select site_id, subject_id, '1.0', '1998-01-01' from ral.subject;
call seal('ral');
SQL
my $directory = PostgreSQL::Test::Utils::tempdir();
my ($done, $next) = (-1, 0);

# A file that takes all but so many kilobytes of a disk
sub fill
{
	my ($disk, $left) = @_;
	my (undef, $free) = split ' ', (split /\n/, `df -k --output=size,avail $disks/$disk`)[1];
	system('fallocate', '-l', ($free - $left) . 'KiB', "$disks/$disk/ballast") == 0 or die;
	return;
}

# Statements of 400 rows each, until one fails; returns how.
sub enter
{
	my ($statements, $sql) = @_;
	my ($out, $err) = ('', '');
	my $script = join '', map {
		my $number = $next + $_;
		($sql // "insert into ral.lab_result (site_id, subject_id, collected, test, replicate, value, unit)
		select 'S1', '@{[ $number % 20 ]}', date '2000-01-01' + @{[ int($number / 20) ]}, 'SODIUM', n, '140', 'mmol/L' from generate_series(1, 400) as n;")
		  . "\n\\echo done $number\n" } 0 .. $statements - 1;
	open my $file, '>', "$directory/script.sql" or die;
	print $file $script;
	close $file;
	IPC::Run::run([ 'psql', '-XqAt', '-v', 'ON_ERROR_STOP=1', '-v', 'VERBOSITY=verbose', '-d', $node->connstr('trial'), '-f', "$directory/script.sql" ],
		'<', \undef, '>', \$out, '2>', \$err);
	my @said = $out =~ /^done (\d+)$/mg;
	($done, $next) = ($said[-1], $said[-1] + 1) if @said && !$sql;
	return $err;
}

sub is_whole
{
	my ($name) = @_;
	my ($statements, $odd, $last) = split /\|/, $node->safe_psql('trial', q{
		select count(*), count(*) filter (where rows <> 400), coalesce(max(number), -1)
		from (select (collected - date '2000-01-01') * 20 + subject_id::integer as number, count(*) as rows
			from ral.lab_result where test = 'SODIUM' group by number) as n});
	ok($statements >= $done + 1 && $odd == 0 && $last + 1 == $statements, "$name: all that was told is there, and nothing by half")
	  || diag("told of $done, there are $statements, the last is $last, by half $odd");
	$next = $last + 1;
	is($node->safe_psql('trial', q{select * from verify('ral')}), '', "$name: the seal is intact");
	is($node->safe_psql('trial', q{select * from violations('ral')}), '', "$name: no rule is broken");
	return;
}

# ---- the disk of the tables
is(enter(5), '', 'rows are entered');
fill('data', 3000);
like(enter(2000), qr/ERROR:  53100: could not extend file .*No space left on device/s, 'the tables find no space');
cmp_ok($done, '>', 4, 'after some rows');
is_whole('tables');
my $blocks = $node->safe_psql('trial', 'select count(*) from ral.seal');
like(enter(1, "call seal('ral');"), qr/ERROR:  53100: /, 'a seal finds none either');
is($node->safe_psql('trial', 'select count(*) from ral.seal'), $blocks, 'and makes no block');
$node->safe_psql('trial', 'copy (select site_id, subject_id, date $$1999-01-01$$ as collected, $$ALB$$ as test, n as replicate, 40 as value, $$g/L$$ as unit '
	  . "from ral.subject, generate_series(1, 200) as n) to '$directory/lab_result.csv' csv header");
my ($out, $err) = ('', '');
IPC::Run::run([ 'virotrial', 'load', '--quiet', '-d', $node->connstr('trial'), 'ral', "$directory/lab_result.csv" ], '<', \undef, '>', \$out, '2>', \$err);
is($? >> 8, 3, 'a file does not load');
like($err, qr/No space left on device/, 'and it is said why');
is($node->safe_psql('trial', q{select (select count(*) from ral.lab_result where test = 'ALB') + (select count(*) from ral.delivered_file)}), 0, 'nothing of it is there');
unlink "$disks/data/ballast";
is(enter(5), '', 'with space, rows are entered again');
$node->safe_psql('trial', q{call seal('ral')});
is_whole('tables, with space');

# ---- the disk of the log
# Without checkpoints the log grows.
$node->safe_psql('postgres', $_) for q{alter system set max_wal_size = '1GB'}, q{alter system set checkpoint_timeout = '1h'}, 'select pg_reload_conf()';
fill('log', 3000);
like(enter(2000), qr/No space left on device|server closed the connection/, 'the log finds no space');
$node->{_pid} = undef;
wait_until_gone();
ok(slurp_file($node->logfile) =~ /PANIC: .*"pg_wal\/xlogtemp[.]\d+": No space left on device/, 'and the server stops');
unlink "$disks/log/ballast";
$node->start;
is_whole('log');
is(enter(5), '', 'with space, rows are entered again');
$node->safe_psql('trial', q{call seal('ral')});
is_whole('log, with space');
$node->stop;
done_testing();

# A server that cannot write its log ends, or waits for space in its recovery: then it is ended.
sub wait_until_gone
{
	my $file = $node->data_dir . '/postmaster.pid';
	for (1 .. 100)
	{
		return unless -e $file;
		select undef, undef, undef, 0.2;
	}
	my ($pid) = split /\n/, slurp_file($file);
	kill 'QUIT', $pid;
	select undef, undef, undef, 1;
	return;
}
