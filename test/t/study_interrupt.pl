# Statements are cancelled, or run out of time or memory, at random points: each ends in an error
# of that, leaves the study as it was, and the session as it was; the next statement
# is judged.  INTERRUPT_POINTS sets how many points for each, INTERRUPT_SEED which.
use strict;
use warnings;

use IPC::Run;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $points = $ENV{INTERRUPT_POINTS} || 3;
my $seed = $ENV{INTERRUPT_SEED} || time % 1000;
my $directory = PostgreSQL::Test::Utils::tempdir();
my $node = PostgreSQL::Test::Cluster->new('interrupt');
$node->init(extra => [ '--encoding', 'UTF8', '--locale', 'C' ]);
$node->append_conf('postgresql.conf', "fsync = off\njit = off\nmax_parallel_workers_per_gather = 0\nmax_locks_per_transaction = 256\n");
$node->start;
$node->safe_psql('postgres', <<'SQL');
create extension virotrial;
call create_study('ral');
call simulate_study('ral', subjects => 20, sites => 2, seed => 1);
insert into ral.site (site_id, name) values ('C1', 'One'), ('C2', 'Two');
insert into ral.subject (site_id, subject_id, birth_date, sex) select 'C1', id, '1970-01-01', 'male' from unnest(array['F', 'T0']) as id;
insert into ral.consent (site_id, subject_id, version, signed) select site_id, subject_id, '1.0', '1998-01-01' from ral.subject where site_id = 'C1';
insert into ral.lab_result (site_id, subject_id, collected, test, replicate, value, unit)
	select 'C1', 'T0', '2001-01-01', 'SODIUM', n, '140', 'mmol/L' from generate_series(1, 200) as n;
call seal('ral');

-- All rows of all studies, and which objects they have
create function studies_digest() returns text language plpgsql as $$
declare
	relation regclass;
	digest text := '';
	rows_digest text;
begin
	for relation in select oid::regclass from pg_class
		where relkind in ('r', 'v') and relnamespace::regnamespace::text ~ '^(ral|other)' order by relnamespace, oid
	loop
		rows_digest := '';
		if relation in (select oid from pg_class where relkind = 'r') then
			execute format('select md5(string_agg(t::text, '' '' order by t::text)) from %s as t', relation) into rows_digest;
		end if;
		digest := md5(concat(digest, relation, rows_digest));
	end loop;
	return digest;
end;
$$;
create function settings_digest() returns text language sql as $$
	select md5(string_agg(concat_ws('=', name, setting), ' ' order by name)) || current_user from pg_settings
	where name !~ 'statement_timeout'
$$;
create sequence turn;
SQL

# What is interrupted; :n is another number each time.
my $rows = q{insert into ral.lab_result (site_id, subject_id, collected, test, replicate, value, unit)
	select 'C1', 'F', date '2000-01-01' + :n, 'SODIUM', r, '140', 'mmol/L' from generate_series(1, %d) as r;};
my $whereabouts = q{select site_id, subject_id, case site_id when 'C1' then 'C2' else 'C1' end as new_site from ral.subject where subject_id ~ '^T' \gset};
my @statements = (
	[ 'enforce', '', sprintf($rows, 1000) ],
	[ 'violations', '', q{select count(*) from violations('ral') \g /dev/null} ],
	[ 'judge', '', q{select count(*) from judge('ral.lab_result', 'ral.lab_result') \g /dev/null} ],
	[ 'seal', sprintf($rows, 500), q{call seal('ral');} ],
	[ 'verify', '', q{select count(*) from verify('ral') \g /dev/null} ],
	[ 'endpoint', '', q{select count(*) from endpoint_virology('ral', '2009-06-30', 'sex') \g /dev/null} ],
	[ 'create_study', '', q{call create_study('other' || :n);} ],
	[ 'amend_protocol', '', q{call amend_protocol('ral', date '2012-01-01' + :n, title => 'Title ' || :n);} ],
	[ 'transfer_subject', $whereabouts, q{call transfer_subject('ral', :'site_id', :'subject_id', :'new_site', 'T' || :n, 'misfiled: test');} ]);
my $before = q{select studies_digest() as studies, settings_digest() as settings \gset};
# What is as it was afterwards; and a row of tomorrow, which a rule refuses.
my $after = q{insert into ral.cd4_result (site_id, subject_id, collected, cd4_count) values ('C1', 'F', current_date + 1, '500');
\set judged :SQLSTATE
select studies_digest() = :'studies' as same, settings_digest() = :'settings' as settled \gset
};

# What ends a statement, by turns.  Who cancels one has gone before the next begins.
# It takes longest the first time: the points are rather early in that time.
# The limit of memory is on what the session has, and a random part of 24 MB.
my %limits = (
	time => [
		[ 'timeout', 'set statement_timeout = :ms;', 'reset statement_timeout;' ],
		[ 'cancel', '\! (sleep "$PAUSE"; psql -XAtq -d "$SERVER" -c "select pg_cancel_backend($SESSION)"; rm "$CANCELLING") >"$CANCELLING" 2>&1 &',
			'\! while [ -e "$CANCELLING" ]; do sleep 0.01; done' ] ],
	memory => [ [ 'memory', '\! prlimit --pid $SESSION --as=$(($(sed -n "s/^VmSize:[^0-9]*\([0-9]*\).*/\1/p" /proc/$SESSION/status) * 1024 + $EXTRA)):', '\! prlimit --pid $SESSION --as=unlimited:' ] ]);
@ENV{qw(SERVER CANCELLING)} = ($node->connstr('postgres'), "$directory/cancelling");
# A regular expression without memory has a state of its own.
my %states = (time => qr/^57014$/, memory => qr/^(53200|2201B)$/);

# Out of time in one session for all; out of memory in one that has none in reserve.
sub script
{
	my ($limit) = @_;
	my $session = "set client_min_messages = error;\nset virotrial.reason = 'correction: test';\nselect count(*) from ral.analysis_subject \\g /dev/null\n"
	  . "select pg_backend_pid() as session \\gset\n\\setenv SESSION :session\n";
	my $script = "\\set QUIET on\n${session}select setseed($seed / 1000.0) \\g /dev/null\n";
	for (@statements)
	{
		my ($name, $prepare, $statement) = @$_;
		my $turn = "select nextval('turn') as n \\gset\n$prepare\n";
		$script .= "${turn}select clock_timestamp() as began \\gset\n$statement\n\\echo warm $name :SQLSTATE\n"
		  . "select extract(epoch from clock_timestamp() - :'began') * 1000 as took \\gset\n";
		for (1 .. $points)
		{
			my @ways = @{ $limits{$limit} };
			my ($way, $begin, $end) = @{ $ways[ $_ % @ways ] };
			$script .= "select greatest(1, (random() ^ 2 * :took)::integer) as ms, random() ^ 2 * :took / 1000 as pause, exp(11 + random() * 6)::integer as extra \\gset\n"
			  . "\\setenv EXTRA :extra\n\\setenv PAUSE :pause\n";
			$script .= "\\c -\n$session" if $limit eq 'memory';
			$script .= "$turn$before\n$begin\n$statement\n\\set state :SQLSTATE\n$end\n$after\\echo point $name/$way :state :same :settled :judged\n";
		}
	}
	return $script;
}

for my $limit (sort keys %limits)
{
	my ($out, $err) = ('', '');
	open my $file, '>', "$directory/$limit.sql" or die;
	print $file script($limit);
	close $file;
	IPC::Run::run([ 'psql', '-XAtq', '-d', $node->connstr('postgres'), '-f', "$directory/$limit.sql" ], '<', \undef, '>', \$out, '2>', \$err);
	my (%count, %ended, @odd);
	for (grep { /^(point|warm)/ } split /\n/, $out)
	{
		my ($kind, $name, $state, $same, $settled, $judged) = split / /;
		if ($kind eq 'warm') { push @odd, $_ if $state ne '00000'; next; }
		my $is_interrupted = $state ne '00000';
		($name, my $way) = split m{/}, $name;
		$count{$name}{$state}++;
		$ended{$way} += $is_interrupted;
		push @odd, $_ if $is_interrupted && ($state !~ $states{$limit} || $same ne 't') || $settled ne 't' || $judged ne '23514';
	}
	is(join("\n", @odd), '', "no $limit: a clean error, nothing by half, and the session as it was") || diag("seed $seed\n" . substr($err, 0, 3000));
	is(scalar(keys %count), scalar(@statements), 'at points of each statement') || diag("seed $seed\n" . substr($err, -3000));
	for my $name (sort keys %count)
	{
		note("$limit, $name: " . join ', ', map { "$_ $count{$name}{$_} times" } sort keys %{ $count{$name} });
	}
	cmp_ok($ended{$_} // 0, '>', 0, "some do end before, by $_") for map { $_->[0] } @{ $limits{$limit} };
	is($node->safe_psql('postgres', q{select * from verify('ral')}), '', 'the seal is intact');
	is($node->safe_psql('postgres', q{select * from violations('ral')}), '', 'and no rule is broken');
}

# The program virotrial runs out of time: all of a file is there, or nothing.
my (%codes, @odd);
for my $turn (1 .. $points)
{
	open my $file, '>', "$directory/lab_result.csv" or die;
	print $file "site_id,subject_id,collected,test,replicate,value,unit\n", map { "C1,F,1999-01-01,ALB,@{[ $turn * 1000 + $_ ]},40,g/L\n" } 1 .. 500;
	close $file;
	my ($out, $err) = ('', '');
	local $ENV{PGOPTIONS} = '-c statement_timeout=' . int(1 + rand 1000);
	IPC::Run::run([ 'virotrial', 'load', '--quiet', '-d', $node->connstr('postgres'), 'ral', "$directory/lab_result.csv" ], '<', \undef, '>', \$out, '2>', \$err);
	my $code = $? >> 8;
	delete local $ENV{PGOPTIONS};
	my $there = $node->safe_psql('postgres', "select count(*) from ral.lab_result where test = 'ALB' and trunc(replicate / 1000) = $turn");
	$codes{$code}++;
	push @odd, "$code with $there rows: $err" unless $code == 0 && $there == 500 || $code == 3 && $there == 0 && $err =~ /statement timeout/;
}
is(join("\n", @odd), '', 'no time for a file: all of it is there, or nothing');
note('load: ' . join ', ', map { "exit status $_ $codes{$_} times" } sort keys %codes);
unlike(slurp_file($node->logfile), qr/terminated by signal|PANIC/, 'the server has not crashed');
$node->stop;
done_testing();
