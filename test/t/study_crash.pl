# The server dies at random moments while rows are entered, copied, loaded and
# corrected, and the study is sealed.  Each client notes what was acknowledged to
# it.  After recovery all of that is there, no statement is there by half, the
# history fits the rows, and the seal is intact.
#
# CRASH_MOMENTS sets how often, CRASH_SEED when.  It is killed with SIGKILL; where
# scripts/crash gives it a disk of its own, a file that CRASH_DISK names and that is
# mounted at CRASH_MOUNT, it is also started from what that disk holds at a moment.
use strict;
use warnings;

use File::Path qw(remove_tree);
use IPC::Run;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(usleep);

use constant { SUBJECTS => 20, COPIED => 50, LOADED => 200 };
my $moments = $ENV{CRASH_MOMENTS} || 3;
my $seed = $ENV{CRASH_SEED} || time % 100000;
my ($disk, $mount) = @ENV{qw(CRASH_DISK CRASH_MOUNT)};
srand $seed;
note("seed $seed");

my $directory = PostgreSQL::Test::Utils::tempdir();
my $node = PostgreSQL::Test::Cluster->new('crash');
$node->init(extra => [ '--encoding', 'UTF8', '--locale', 'C', '--wal-segsize', '1' ]);
# Checkpoints are frequent, so that the moments are before, in and after them.
$node->append_conf('postgresql.conf', 'fsync = ' . ($ENV{CRASH_FSYNC} // 'on') . "\nsynchronous_commit = on\nfull_page_writes = on\n"
	  . "jit = off\nmax_wal_size = 8MB\nmin_wal_size = 2MB\ncheckpoint_timeout = 30s\nrestart_after_crash = on\n");
if ($disk)
{
	system('mv', $node->data_dir, "$mount/data") == 0 or die;
	symlink "$mount/data", $node->data_dir or die;
}
$node->start;
$node->safe_psql('postgres', <<"SQL");
create extension amcheck;
create extension virotrial;
call create_study('ral');
call simulate_study('ral', subjects => 8, sites => 1, seed => 1);
insert into ral.site (site_id, name) values ('C1', 'Crash');
insert into ral.subject (site_id, subject_id, birth_date, sex)
	select 'C1', n, '1970-01-01', 'male' from generate_series(0, @{[ SUBJECTS - 1 ]}) as n;
insert into ral.consent (site_id, subject_id, version, signed) select site_id, subject_id, '1.0', '1998-01-01' from ral.subject where site_id = 'C1';
insert into ral.visit (site_id, subject_id, visit, visit_date, deviation_reason)
	select site_id, subject_id, 'unscheduled 1', '2010-01-01', '0' from ral.subject where site_id = 'C1';
call seal('ral');
SQL
my $broken_before = $node->safe_psql('postgres', q{select * from violations('ral') order by 1, 2, 3, 4});
# From here on only what the server itself makes durable is.
system('sync', '-f', $mount) == 0 or die if $disk;

# ---- the clients: each does its numbers in turn, and says which one is done

# A subject and a day stand for a number.
sub key
{
	my ($number) = @_;
	my @day = gmtime(946684800 + 86400 * int($number / SUBJECTS));
	return ($number % SUBJECTS, sprintf('%04d-%02d-%02d', $day[5] + 1900, $day[4] + 1, $day[3]));
}

sub entered
{
	my ($test, $value, $number) = @_;
	my ($subject, $day) = key($number);
	return "insert into ral.lab_result (site_id, subject_id, collected, test, value, unit) values ('C1', '$subject', '$day', '$test', $value);";
}

sub copied
{
	my ($number) = @_;
	my ($subject, $day) = key($number);
	return join "\n", 'copy ral.lab_result (site_id, subject_id, collected, test, replicate, value, unit) from stdin;',
	  (map { "C1\t$subject\t$day\tSODIUM\t$_\t140\tmmol/L" } 1 .. COPIED), '\\.';
}

sub corrected
{
	my ($number) = @_;
	my ($subject, $time) = ($number % SUBJECTS, 1 + int($number / SUBJECTS));
	return "begin; set local virotrial.reason = 'transcription'; "
	  . "update ral.visit set deviation_reason = '$time' where (site_id, subject_id) = ('C1', '$subject'); commit;";
}

sub load_file
{
	my ($number) = @_;
	my ($subject, $day) = key($number);
	open my $file, '>', "$directory/load$number lab_result.csv" or die;
	print $file "site_id,subject_id,collected,test,replicate,value,unit\n", map { "C1,$subject,$day,ALB,$_,40,g/L\n" } 1 .. LOADED;
	return close $file;
}

my %statement = (
	'enters K' => sub { entered('K', "'4', 'mmol/L'", $_[0]) },
	'enters HGB' => sub { entered('HGB', "'130', 'g/L'", $_[0]) },
	copies => \&copied,
	corrects => \&corrected,
	seals => sub { qq{call seal('ral'); select 'head ' || digest from seal_head('ral');} });
my @clients = (sort(keys %statement), 'loads');
# What each has done; and a digest of the seal that was kept elsewhere
my %done = map { $_ => -1 } @clients;
my $head = '';
my %running;

sub start_client
{
	my ($name) = @_;
	my ($log, $first) = ("$directory/$name.log", $done{$name} + 1);
	my ($script, @command) = ("$directory/$name.sql");
	if ($name eq 'loads')
	{
		load_file($_) for $first .. $first + 49;
		@command = ('bash', '-c', 'for n in $(seq $1 $(($1 + 49))); do virotrial load --quiet -d "$2" ral "$3/load$n lab_result.csv" >/dev/null || exit; echo "done $n"; done',
			'-', $first, $node->connstr('postgres'), $directory);
	}
	else
	{
		open my $file, '>', $script or die;
		print $file map { $statement{$name}->($_) . "\n\\echo done $_\n" } $first .. $first + ($name eq 'copies' ? 500 : 3000);
		close $file;
		@command = ('stdbuf', '-oL', 'psql', '-XqAt', '-v', 'ON_ERROR_STOP=1', '-d', $node->connstr('postgres'), '-f', $script);
	}
	unlink $log;
	$running{$name} = IPC::Run::start(\@command, '<', \undef, '>', $log, '2>', "$log.err");
	return;
}

# What was acknowledged until now, also to who has ended
sub note_done
{
	for my $name (@clients)
	{
		my $said = slurp_file("$directory/$name.log");
		my @numbers = $said =~ /^done (\d+)$/mg;
		$done{$name} = $numbers[-1] if @numbers;
		my @heads = $said =~ /^head (\w+)$/mg;
		$head = $heads[-1] if @heads;
	}
	return;
}

# /proc has it on each Linux; pgrep may not be installed.
sub parent_of
{
	my ($stat) = @_;
	open(my $in, '<', $stat) or return 0;	# it is gone
	return (<$in> // '') =~ /.*\) \S (\d+)/ ? $1 : 0;
}

sub server_processes
{
	my $postmaster = (split /\n/, slurp_file($node->data_dir . '/postmaster.pid'))[0];
	my @children = map { m{(\d+)} } grep { parent_of($_) == $postmaster } glob '/proc/[0-9]*/stat';
	die 'no process of the server was found' if !@children;
	return ($postmaster, @children);
}

# ---- what has to hold; where the origin is asked, its clients go on from there

# How many rows of a test there are for each number below the first that has none
my $numbers = q{select number, count(*) as rows from (
	select (collected - date '2000-01-01') * } . SUBJECTS . q{ + subject_id::integer as number from ral.lab_result
	where site_id = 'C1' and test = '%s') as numbered group by number};

sub faults_of_rows
{
	my ($server, $name, $test, $rows) = @_;
	my $query = sprintf($numbers, $test);
	my ($count, $last, $odd) = split /\|/, $server->safe_psql('postgres',
		"select count(*), coalesce(max(number), -1), count(*) filter (where rows <> $rows) from ($query) as n");
	my @faults;
	push @faults, "who $name was told of $done{$name}, and the last there is $last" if $last < $done{$name};
	push @faults, "who $name has lost " . ($last + 1 - $count) . ' before the last' if $count != $last + 1;
	push @faults, "who $name has left $odd statements by half" if $odd;
	$done{$name} = $last if $server == $node;
	return @faults;
}

# Correction n of a row is its version n, and the versions before are the history.
sub faults_of_corrections
{
	my ($server) = @_;
	my ($total, $odd) = split /\|/, $server->safe_psql('postgres', q{
		select sum(last), count(*) filter (where versions <> last or wrong > 0)
		from (select visit.deviation_reason::integer as last, count(earlier.ended_in) as versions,
				count(*) filter (where earlier.deviation_reason::integer not between 0 and visit.deviation_reason::integer - 1
					or earlier.ended_as <> 'update' or reason_code is distinct from 'transcription') as wrong
			from ral.visit
			left join ral.visit_history as earlier using (site_id, subject_id)
			left join ral.change on change_id = earlier.ended_in
			where site_id = 'C1' and visit.deviation_reason <> '0' group by site_id, subject_id, visit.deviation_reason) as row});
	my @faults;
	$total ||= 0;
	push @faults, "told of $done{corrects} corrections, and there are $total" if $total < $done{corrects} + 1;
	push @faults, "$odd rows that do not fit their history" if $odd;
	$done{corrects} = $total - 1 if $server == $node;
	return @faults;
}

sub faults
{
	my ($server) = @_;
	my @faults = (faults_of_rows($server, 'enters K', 'K', 1), faults_of_rows($server, 'enters HGB', 'HGB', 1),
		faults_of_rows($server, 'copies', 'SODIUM', COPIED), faults_of_rows($server, 'loads', 'ALB', LOADED),
		faults_of_corrections($server));
	push @faults, $server->safe_psql('postgres', q{select 'verify: ' || concat_ws(' ', table_name, key, column_name, finding) from verify('ral'} . ($head && ", '$head'") . ')');
	my $broken = $server->safe_psql('postgres', q{select * from violations('ral') order by 1, 2, 3, 4});
	push @faults, "violations: $broken" if $broken ne $broken_before;
	push @faults, $server->safe_psql('postgres', q{select 'files: ' || f.name from ral.delivered_file as f where verdict <> 'whole'});
	my ($stdout, $stderr);
	$server->psql('postgres', q{select bt_index_check(i.oid, true) from pg_class as i join pg_am on pg_am.oid = relam
		where relkind = 'i' and amname = 'btree' and relnamespace = 'ral'::regnamespace}, stdout => \$stdout, stderr => \$stderr);
	push @faults, "index: $stderr" if $stderr;
	return grep { $_ ne '' } @faults;
}

# ---- the moments

sub start_clients
{
	for my $name (@clients)
	{
		next if $running{$name} && $running{$name}->pumpable;
		$running{$name}->finish if $running{$name};
		start_client($name);
	}
	usleep(200_000 + rand 1_500_000);
	return;
}

# A psql that is refused may be gone before its query is written to it: nothing is asked.
sub await_server
{
	for (1 .. 1800)
	{
		return if IPC::Run::run([ 'pg_isready', '-q', '-d', $node->connstr('postgres') ]);
		usleep(100_000);
	}
	die 'the server did not come back';
}

# Kills all of it at once, the parent of all, or one that serves a client.
sub kill_server
{
	my ($turn) = @_;
	my ($postmaster, @children) = server_processes();
	my $serving = $node->safe_psql('postgres', q{select pid from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid() order by random() limit 1});
	my ($what, @killed) = @{ ([ 'all processes', $postmaster, @children ], [ 'the postmaster', $postmaster ], [ 'a backend', $serving ])[ $turn % 3 ] };
	kill 'KILL', @killed;
	$_->finish for values %running;
	note_done();
	if ($what eq 'a backend')
	{
		await_server();
	}
	else
	{
		# The others end when they see that it is gone.
		usleep(100_000) while grep { kill 0, $_ } @children;
		$node->{_pid} = undef;
		$node->start;
	}
	is(join("\n", faults($node)), '', "moment $turn: $what killed");
	return;
}

# Two fields of the disk's statistics: sectors written, and requests on their way
sub disk_writes
{
	my $device = `findmnt -n -o SOURCE --target $mount` =~ s/\s//gr =~ s,/dev/,,r;
	return join ' ', (split ' ', slurp_file("/sys/block/$device/stat"))[ 6, 8 ];
}

# What the disk holds while the server stands still, and nothing is written to it.
# What the server has not flushed is not in it.  The clients wait until they are told.
sub take_image
{
	my @stopped = server_processes();
	kill 'STOP', $_ for @stopped;
	usleep(50_000);
	note_done();
	my $before;
	do
	{
		$before = disk_writes();
		system('cp', '--sparse=always', $disk, "$directory/image") == 0 or die;
	} until disk_writes() eq $before && $before =~ / 0$/;
	$_->signal('STOP') for values %running;
	kill 'CONT', reverse @stopped;
	return;
}

sub check_image
{
	my ($turn) = @_;
	take_image();
	my $backup = $node->backup_dir . "/$turn";
	mkdir $node->backup_dir;
	mkdir $backup;
	my ($out, $err) = ('', '');
	IPC::Run::run([ '/sbin/e2fsck', '-y', '-E', 'journal_only', "$directory/image" ], '>&', \$out);
	IPC::Run::run([ '/sbin/e2fsck', '-n', '-f', "$directory/image" ], '>&', \$out) or die "the image is not what a disk holds: $out";
	IPC::Run::run([ '/sbin/debugfs', '-R', "rdump /data $backup", "$directory/image" ], '>', \$out, '2>', \$err) or die $err;
	unlink "$backup/data/postmaster.pid";
	rename "$backup/data", "$backup.data" or die;
	rmdir $backup;
	rename "$backup.data", $backup;
	chmod 0700, $backup;
	my $image = PostgreSQL::Test::Cluster->new("image$turn");
	$image->init_from_backup($node, $turn);
	# What it holds is not written again.
	$image->append_conf('postgresql.conf', 'fsync = off');
	ok($image->start(fail_ok => 1), "moment $turn: the disk's content starts") || return;
	is(join("\n", faults($image)), '', "moment $turn: and is whole");
	$image->stop('immediate');
	remove_tree($image->basedir, $backup);
	$_->signal('CONT') for values %running;
	return;
}

for my $turn (1 .. $moments)
{
	start_clients();
	if ($disk && $turn % 4) { check_image($turn); }
	else { kill_server($turn); }
}
$_->kill_kill(grace => 0) for values %running;
note(join ', ', map { "who $_ did " . ($done{$_} + 1) } @clients);
cmp_ok($done{$_}, '>=', 0, "there was one who $_") for @clients;
$node->stop('fast');
done_testing();
