# Two sites and a centre by native logical replication: configuration goes from the
# centre to the sites, what is captured from the sites to the centre.  A row that
# breaks a rule is stored at the centre, and left out of the analysis until it is
# mended or accepted.  Connections are cut, servers restart, the protocol and the
# rules change; in the end both sides have the same rows.
use strict;
use warnings;

use IPC::Run;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

# Three servers of one copy: a new study, and beside it one whose simulated rows the sites enter.
my $configuration = join "\n", 'fsync = off', 'jit = off', 'wal_retrieve_retry_interval = 200ms', 'max_sync_workers_per_subscription = 6',
	'max_logical_replication_workers = 20', 'max_worker_processes = 30', '';
my $original = PostgreSQL::Test::Cluster->new('original');
$original->init(allows_streaming => 'logical', extra => [ '--encoding', 'UTF8', '--locale', 'C' ]);
$original->append_conf('postgresql.conf', $configuration);
$original->start;
# make test-partitions sets it.
my $partitions = $ENV{VIROTRIAL_PARTITIONS} || 'null';
$original->safe_psql('postgres', "create extension virotrial; call create_study('ral', partitions => $partitions)");
$original->safe_psql('postgres', <<'SQL');
set client_min_messages = warning;
call create_study('sim');
call simulate_study('sim', subjects => 20, sites => 2, seed => 7);
-- Enters what was simulated for a site; or tables of the configuration
create procedure enter(condition text, tables text[] default null) language plpgsql set virotrial.defer_rules = 'ral' as $$
declare
	kept record;
begin
	for kept in
		select name, string_agg(quote_ident(attname), ', ' order by attnum) as columns
		from _virotrial.exchanged_table('ral')
		join pg_attribute on attrelid = relation and attnum > 0 and attgenerated = '' and not attisdropped and attname !~ '^entered_'
		where not is_record and case when tables is null then to_centre and name not in ('eligibility_verdict', 'deviation') else name = any (tables) end
		group by name, relation
		order by relation::oid
	loop
		execute format('insert into ral.%1$I (%2$s) select %2$s from sim.%1$I where %3$s', kept.name, kept.columns, condition);
	end loop;
end $$;
SQL
$original->stop;
$original->backup_fs_cold('copy');

my $servers = 0;

sub server
{
	my ($name) = @_;
	my $node = PostgreSQL::Test::Cluster->new($name);

	$node->init_from_backup($original, 'copy');
	$node->start;
	# The copies are one system to a publisher, which names slots of theirs by the OID of a subscription.
	$node->safe_psql('postgres', "select count(lo_unlink(lo_create(0))) from generate_series(1, " . 1000 * $servers++ . ')');
	return $node;
}

sub run_sql
{
	my ($node, $sql) = @_;
	return $node->safe_psql('postgres', "set client_min_messages = warning; set virotrial.reason = 'correction: test'; $sql");
}

# The error of a statement, with its detail and hint
sub error_of
{
	my ($node, $sql) = @_;
	my ($code, $out, $error) = $node->psql('postgres', $sql);

	return $error =~ /ERROR:\s+(.*)/s ? $1 : $out;
}

sub wait_for
{
	my ($node, $condition, $name) = @_;
	return ok($node->poll_query_until('postgres', "select $condition"), $name);
}

my $centre = server('centre');
my %site = map { $_ => server(lc $_) } qw(S1 S2);

sub connection_to
{
	my ($node) = @_;
	return $node->connstr . ' dbname=postgres';
}

# What is written at a site has arrived, and is judged.
sub settle
{
	for my $name (sort keys %site)
	{
		my $lsn = $site{$name}->lsn('write');
		my $slot = $site{$name}->safe_psql('postgres', "select _virotrial.slot_name('ral_$name')");

		$site{$name}->poll_query_until('postgres',
			"select coalesce((select confirmed_flush_lsn >= '$lsn' from pg_replication_slots where slot_name = '$slot'), true)");
	}
	run_sql($centre, "call judge_arrivals('ral')");
	return;
}

sub quarantine
{
	return $centre->safe_psql('postgres', "select site_id, subject_id, table_name, rule, item from quarantine('ral')");
}

# The lines of two answers in which they differ
sub same
{
	my ($got, $expected, $name) = @_;
	my %got = map { $_ => 1 } split /\n/, $got;
	my %expected = map { $_ => 1 } split /\n/, $expected;

	return is_deeply([ grep { !$expected{$_} } sort keys %got ], [ grep { !$got{$_} } sort keys %expected ], $name);
}

# What the views of the analysis show, of the study or of the one beside it; all views, or some
sub analysis
{
	my ($study, $views) = @_;
	my $query = $centre->safe_psql('postgres', qq{
		select string_agg(format('select %L, count(*), md5(string_agg(r::text, chr(10) order by r::text)) from $study.%I as r', name, name),
			' union all ' order by name)
		from _virotrial.study_relation('ral') where kind = 'view' and name ~ '$views'});

	return $centre->safe_psql('postgres', $query);
}

# A digest of all rows of a site, or of the configuration, by table
sub digests
{
	my ($node, $to_centre, $condition, $changes) = (@_, '');
	my $query = $node->safe_psql('postgres', qq{
		select string_agg(format('select %L, count(*), md5(string_agg(r::text, chr(10) order by r::text)) from ral.%I as r where %s', name, name,
			case when name <> 'change' then \$\$$condition\$\$ when $to_centre then \$\$$changes\$\$ else 'change_id < 1::bigint << 33' end),
			' union all ' order by name)
		from _virotrial.exchanged_table('ral') where to_centre = $to_centre and name <> 'exchange_seal'});

	return $node->safe_psql('postgres', $query);
}

# What is refused
like(error_of($centre, "call publish_study('ral', site => 'S9')"),
	qr/has no site S9.*DETAIL:.*HINT:.*insert into ral\.site/s, 'a site that is not there');
like(error_of($centre, "call subscribe_site('ral', 'S9', 'host=nowhere')"), qr/has no site S9/, 'nor is it subscribed to');
run_sql($centre, "call enter('true', '{site,reference_range}'); call publish_study('ral')");
like(error_of($centre, "call publish_study('ral', site => 'S1')"), qr/is that of the centre here.*Publication "ral_centre".*HINT:/s, 'the centre publishes no site');
like(error_of($centre, sprintf("call subscribe_site('ral', 'S1', '%s')", connection_to($site{S1}))),
	qr/site S1 of study "ral" is not published there.*HINT:.*publish_study\('ral', site => 'S1'\)/s, 'a site that does not publish yet');
like(error_of($centre, sprintf("begin; call subscribe_site('ral', 'S1', '%s')", connection_to($site{S1}))),
	qr/not published there|transaction block/, 'nor in a transaction block');

# The sites take the configuration of the centre.
for my $name (sort keys %site)
{
	run_sql($site{$name}, sprintf("call subscribe_centre('ral', '$name', '%s')", connection_to($centre)));
}
for my $name (sort keys %site)
{
	wait_for($site{$name}, "not exists (select from pg_subscription_rel where srsubstate <> 'r')", "the configuration is at $name");
	run_sql($site{$name}, "call publish_study('ral', site => '$name')");
	same(digests($site{$name}, 'false', 'true'), digests($centre, 'false', 'true'), "and is that of the centre");
}
like(error_of($site{S1}, "update ral.protocol set minimum_age = 17"), qr/table "protocol" comes from the centre.*HINT:\s+Change it at the centre/s, 'a site does not change the protocol');
like(error_of($site{S1}, "call publish_study('ral')"), qr/is that of a site here.*HINT:\s+Call it at the centre/s, 'nor publish it');
like(error_of($site{S1}, sprintf("call subscribe_centre('ral', 'S1', '%s')", connection_to($centre))),
	qr/there is a subscription "ral_S1_centre".*HINT:.*leave_centre\('ral', 'S1'\)/s, 'nor subscribe twice');
like(error_of($centre, sprintf("call subscribe_centre('ral', 'S1', '%s')", connection_to($site{S1}))), qr/is that of the centre here/, 'the centre subscribes to no centre');

# Data from before the subscription
for my $name (sort keys %site)
{
	run_sql($site{$name}, "call enter('site_id = ''$name''')");
	run_sql($site{$name}, "update ral.subject set birth_date = birth_date - 1 where subject_id = (select min(subject_id) from ral.subject)");
	run_sql($centre, "update sim.subject set birth_date = birth_date - 1 where site_id = '$name' and subject_id = (select min(subject_id) from sim.subject where site_id = '$name')");
}
for my $name (sort keys %site)
{
	run_sql($centre, sprintf("call subscribe_site('ral', '$name', '%s')", connection_to($site{$name})));
}
wait_for($centre, "not exists (select from pg_subscription_rel where srsubstate <> 'r')", 'the first copy is complete');
is($centre->safe_psql('postgres', 'select count(*) filter (where subbinary), count(*) from pg_subscription'), '2|2', 'rows come in binary');
is($centre->safe_psql('postgres', "select site_id, state, rows_waiting > 0, rows_quarantined from site_status('ral')"), "S1|running|t|0\nS2|running|t|0", 'and waits to be judged');
settle();
is(quarantine(), '', 'none of it breaks a rule');
is($centre->safe_psql('postgres', "select count(*) from violations('ral')"), 0, 'nor does violations() say so');
same(analysis('ral', '^(analysis_|endpoint_)'), analysis('sim', '^(analysis_|endpoint_)'), 'the analysis is as if all had been entered at one place');
is($centre->safe_psql('postgres', "select count(*) from site_status('ral') where state = 'running' and rows_waiting = 0 and rows_arrived > 500 and remedy is null"), 2, 'the status says that all is well');
like(error_of($centre, sprintf("call subscribe_site('ral', 'S1', '%s')", connection_to($site{S1}))),
	qr/there is a subscription "ral_S1".*HINT:.*leave_site\('ral', 'S1'\)/s, 'a site is subscribed to once');
like(error_of($centre, "set virotrial.reason = 'correction: x'; update ral.visit set visit_date = visit_date + 1 where site_id = 'S1'"),
	qr/rows of site S1 come from the site.*HINT:.*leave_site/s, 'what comes from a site is not changed here');

# Rows that break rules, past the triggers of their site
sub behind
{
	my ($name, $sql) = @_;
	return run_sql($site{$name}, "set session_replication_role = replica; $sql");
}

# The last viral load of a subject who was treated
my ($subject, $day, $load) = split /\|/, $site{S1}->safe_psql('postgres', q{
	select subject_id, collected, viral_load from ral.viral_load_result join ral.enrolment using (site_id, subject_id)
	where collected > first_dose and replicate = 1 order by subject_id, collected desc limit 1});
my $row = "subject_id = '$subject' and collected = '$day' and replicate = 1";
my $entered = "entered_in = (select max(change_id) from ral.change)";
behind('S1', "update ral.viral_load_result set assay = 'unheard of' where $row");
behind('S2', "insert into ral.subject values ('S2', '777 ', '1970-01-01', 'male', 'x', now(), 1);
	insert into ral.viral_load_result values ('S2', '777 ', '2008-02-01', 1, null, 'Quantiplex 3.0', null, null, '400', 'x', now(), 1);
	insert into ral.viral_load_result values ('S2', '999', '2008-02-01', 1, null, 'Quantiplex 3.0', null, null, '400', 'x', now(), 1)");
settle();
is(quarantine(), join("\n", "S1|$subject|viral_load_result|assay_limits|$day", 'S2|777 |subject|code_characters|',
	'S2|999|viral_load_result|viral_load_result_site_id_subject_id_fkey|'), 'rows that break rules and keys are in quarantine');
is($centre->safe_psql('postgres', "select count(*) from ral.viral_load_result where assay = 'unheard of' or subject_id in ('777 ', '999')"), 3, 'and are stored');
run_sql($centre, "delete from sim.viral_load_result where $row and site_id = 'S1'");
same(analysis('ral', '.'), analysis('sim', '.'), 'each view is as it would be without them');
is($centre->safe_psql('postgres', "select rows_quarantined, rows_accepted, violations from site_status('ral')"), "1|0|1\n2|0|2", 'the status counts them');

# Accepted here; until the row comes again
my $number = $centre->safe_psql('postgres', "select quarantine_id from quarantine('ral') where site_id = 'S1'");
like(error_of($centre, "call accept_quarantined('ral', $number, ' ')"), qr/accepted for a reason.*DETAIL:.*HINT:/s, 'nothing is accepted without a reason');
like(error_of($centre, "call accept_quarantined('ral', 1000000, 'x')"), qr/has no number 1000000 in quarantine.*DETAIL:.*HINT:/s, 'nor what is not there');
run_sql($centre, "call accept_quarantined('ral', $number, 'the laboratory has confirmed it')");
is($centre->safe_psql('postgres', "select count(*) from ral.analysis_viral_load where site_id = 'S1'"),
	$site{S1}->safe_psql('postgres', "select count(*) from ral.analysis_viral_load"), 'the analysis has what was accepted');
is($centre->safe_psql('postgres', "select accepted_by = session_user, accepted_because, reason_code from ral.quarantine join ral.change on change_id = entered_in where accepted is not null"),
	't|the laboratory has confirmed it|correction', 'who accepted it, and why, is on record');
behind('S1', "update ral.viral_load_result set assay = 'unheard of, too' where $row");
settle();
like(quarantine(), qr/^S1\|$subject\|viral_load_result\|assay_limits/, 'when it comes again, it is in quarantine again');

# Mended at the site, or deleted there
run_sql($site{S1}, "update ral.viral_load_result set assay = (select assay from sim.viral_load_result where site_id = 'S1' and $row) where $row");
behind('S2', "delete from ral.viral_load_result where subject_id in ('777 ', '999'); delete from ral.subject where subject_id = '777 '");
settle();
is(quarantine(), '', 'what is mended or deleted leaves quarantine');
is($centre->safe_psql('postgres', "select count(*) filter (where ended_as = 'delete') from ral.quarantine_history"), 3, 'its history tells');
run_sql($centre, "insert into sim.viral_load_result (site_id, subject_id, collected, replicate, visit, assay, reported, reported_unit, viral_load)
	select site_id, subject_id, collected, replicate, visit, assay, reported, reported_unit, viral_load from ral.viral_load_result where site_id = 'S1' and $row");
same(analysis('ral', '^(analysis_|endpoint_)'), analysis('sim', '^(analysis_|endpoint_)'), 'and the analysis has it again');

# Servers restart, a subscription is disabled, a site is away.
my $count = 0;

sub enter_count
{
	my ($name, $cells) = @_;
	$count++;
	return run_sql($site{$name}, "insert into ral.cd4_result (site_id, subject_id, collected, replicate, cd4_count)
		select site_id, subject_id, signed, 100 + $count, $cells from ral.consent where subject_id = (select min(subject_id) from ral.consent)");
}

sub arrived
{
	my ($name) = @_;
	return wait_for($centre, "count(*) = " . $site{$name}->safe_psql('postgres', 'select count(*) from ral.cd4_result') . " from ral.cd4_result where site_id = '$name'",
		"all counts of $name arrive");
}
enter_count($_, 500) for sort keys %site;
$centre->restart;
enter_count($_, 510) for sort keys %site;
$site{S1}->restart;
$site{S2}->stop('immediate');
enter_count('S1', 520);
$site{S2}->start;
enter_count('S2', 530);
run_sql($centre, 'alter subscription "ral_S1" disable');
enter_count('S1', 540);
is($centre->safe_psql('postgres', "select state, remedy from site_status('ral') where site_id = 'S1'"), 'disabled|alter subscription "ral_S1" enable', 'a disabled subscription shows');
run_sql($centre, 'alter subscription "ral_S1" enable');
arrived($_) for sort keys %site;

# Connections are cut at random moments, from either end, while rows are on their way.
my $cuts = $ENV{CENTRE_CUTS} // 4;
my $seed = $ENV{CENTRE_SEED} // time;
my %cut;
note("CENTRE_CUTS=$cuts CENTRE_SEED=$seed");
srand($seed);
for my $number (1 .. $cuts)
{
	for my $name (sort keys %site)
	{
		run_sql($site{$name}, "insert into ral.cd4_result (site_id, subject_id, collected, replicate, cd4_count)
			select site_id, subject_id, signed, 9900 + 100 * $number + line, 500 from ral.consent, generate_series(1, 100) as line where subject_id = (select min(subject_id) from ral.consent)");
	}
	select(undef, undef, undef, rand(0.2));
	my ($node, $end, $pids) = @{ ([ $centre, 'centre', "pg_stat_subscription where subname !~ 'centre'" ],
		map { [ $site{$_}, $_, 'pg_stat_replication' ] } sort keys %site)[ int rand 3 ] };
	$cut{$end} += $node->safe_psql('postgres', "select count(*) from (select distinct pid from $pids) as busy where pg_terminate_backend(pid)");
}
note("cut at $_: $cut{$_}") for sort keys %cut;
isnt(join('', grep { $_ } values %cut), '', 'connections were cut');
arrived($_) for sort keys %site;

# An amendment and a new rule
behind('S1', "insert into ral.cd4_result (site_id, subject_id, collected, replicate, cd4_count, $1) select site_id, subject_id, signed, 200, 990, $2 from ral.consent where subject_id = '$subject' limit 1")
	if "entered_by, entered_at, entered_in|'x', now(), (select max(change_id) from ral.change)" =~ /(.*)\|(.*)/;
settle();
is(quarantine(), '', 'a row that no rule is about yet');
run_sql($centre, "call amend_protocol('ral', current_date, cd4_method => 'microscopy')");
run_sql($centre, "insert into ral.rule (name, table_name, clause, condition) values ('implausible', 'cd4_result', '', 'cd4_count > 950')");
run_sql($centre, "insert into ral.rule (name, table_name, clause, condition, holds) values ('unlikely', 'cd4_result', '', 'cd4_count > 900 and cd4_count < 950', 'at entry')");
wait_for($site{$_}, "exists (select from ral.rule where name = 'unlikely') and exists (select from ral.protocol where cd4_method = 'microscopy')", "they come to $_") for sort keys %site;
like(error_of($site{S2}, "insert into ral.cd4_result (site_id, subject_id, collected, cd4_count) select site_id, subject_id, signed, 960 from ral.consent limit 1"),
	qr/rule "implausible" of table "cd4_result" is broken/, 'the rule holds at the site');
is($site{$_}->safe_psql('postgres', "select reason_code from ral.protocol join ral.change on change_id = entered_in where cd4_method = 'microscopy'"), 'correction', "who amended it is known at $_") for sort keys %site;
run_sql($centre, "call judge_arrivals('ral', whole => true)");
is(quarantine(), "S1|$subject|cd4_result|implausible|" . $centre->safe_psql('postgres', "select collected from ral.cd4_result where replicate = 200"), 'and over all that is here when all is judged');

# A rule that holds at entry judges a row when it comes, and not again with others.
behind('S1', "update ral.cd4_result set cd4_count = 901 where replicate = 200");
settle();
like(quarantine(), qr/^S1\|$subject\|cd4_result\|unlikely\|\S+$/, 'a row that breaks a rule at entry');
run_sql($site{S1}, "update ral.subject set birth_date = birth_date - 1 where subject_id = '$subject'");
settle();
run_sql($centre, "call judge_arrivals('ral', whole => true)");
like(quarantine(), qr/^S1\|$subject\|cd4_result\|unlikely\|\S+$/, 'stays when others come');
behind('S1', "update ral.cd4_result set cd4_count = 900 where replicate = 200");
settle();
is(quarantine(), '', 'and leaves when it is mended');

# A row of the same key was entered at the centre.
run_sql($centre, "set session_replication_role = replica; insert into ral.cd4_result (site_id, subject_id, collected, replicate, cd4_count, entered_in)
	select site_id, subject_id, signed, 101 + $count, 1, 1 from ral.consent where site_id = 'S1' and subject_id = (select min(subject_id) from ral.consent where site_id = 'S1')");
enter_count('S1', 550);
enter_count('S2', 550);
wait_for($centre, "state = 'stopped' and errors > 0 and remedy like '%entered_here(''ral'', ''S1'')%' from site_status('ral') where site_id = 'S1'", 'a conflict of keys stops the subscription, and shows with its remedy');
arrived('S2');
is($centre->safe_psql('postgres', "select table_name, row_key ->> 'replicate' from entered_here('ral', 'S1')"), 'cd4_result|' . (100 + $count - 1), 'the row that is in the way');
run_sql($centre, "delete from ral.cd4_result where site_id = 'S1' and entered_in = 1");
arrived('S1');
settle();
is($centre->safe_psql('postgres', "select state, remedy from site_status('ral')"), "running|\nrunning|", 'it goes on when that is deleted');

# A row breaks a CHECK that the site does not have.  The log shows it whole, unless it is terse.
run_sql($centre, 'alter table ral.cd4_result add constraint only_here check (cd4_count <> 551)');
my $log = -s $centre->logfile;
enter_count('S1', 551);
ok($centre->wait_for_log(qr/violates check constraint "only_here".*DETAIL:  Failing row contains \(S1, /s, $log), 'the log shows a row that cannot be written');
run_sql($centre, q{alter database postgres set log_error_verbosity = 'terse'});
# A worker that has begun before may fail once more.
my $failures = q{select apply_error_count from pg_stat_subscription_stats where subname = 'ral_S1'};
my $failed = $centre->safe_psql('postgres', $failures);
wait_for($centre, "($failures) > $failed + 2", 'the subscription tries again');
$log = -s $centre->logfile;
ok($centre->wait_for_log(qr/violates check constraint "only_here"/, $log), 'a log that is terse');
unlike(slurp_file($centre->logfile, $log), qr/Failing row/, 'does not');
run_sql($centre, 'alter database postgres reset log_error_verbosity; alter table ral.cd4_result drop constraint only_here');
arrived('S1');
settle();

# Nothing is lost, and nothing is there twice.
for my $name (sort keys %site)
{
	my $changes = "change_id >= _virotrial.first_change('$name') and change_id < _virotrial.first_change('$name') + (1::bigint << 33)";

	same(digests($centre, 'true', "site_id = '$name' and entered_in >= 1::bigint << 33", $changes), digests($site{$name}, 'true', 'true', $changes), "all rows of $name are the same at both ends, their history too");
	same(digests($site{$name}, 'false', 'true'), digests($centre, 'false', 'true'), 'and the configuration');
}
is($centre->safe_psql('postgres', "select * from study_problems('ral')"), '', 'the centre has no problems');
run_sql($centre, "call seal('ral')");
is($centre->safe_psql('postgres', "select * from verify('ral')"), '', 'a seal of the centre takes in what arrived');

# What a site has sealed goes with its rows, and tells whether they are the same at the centre.
my $seals = "select sealed_to, seals_equal, site_version = version from site_status('ral')";
is($centre->safe_psql('postgres', $seals), "||\n||", 'no seal has come yet');
run_sql($site{$_}, "call seal('ral')") for sort keys %site;
enter_count('S1', 560);
run_sql($site{S1}, "call seal('ral')");
settle();
is($centre->safe_psql('postgres', $seals), "2|t|t\n1|t|t", 'what the sites have sealed is what is here');
is($centre->safe_psql('postgres', "select * from ral.exchange_seal where sender = '$_'"), $site{$_}->safe_psql('postgres', "select * from ral.exchange_seal where sender = '$_'"), "and so is the seal of $_") for sort keys %site;
run_sql($centre, "set session_replication_role = replica; update ral.cd4_result set cd4_count = 561 where site_id = 'S1' and cd4_count = 560");
run_sql($centre, "call judge_arrivals('ral', whole => true)");
is($centre->safe_psql('postgres', $seals), "2|f|t\n1|t|t", 'until a row is changed behind the centre');
run_sql($centre, "call seal('ral')");
wait_for($site{S2}, "count(*) > 0 from ral.exchange_seal where sender = 'centre'", 'the centre seals its configuration');
run_sql($site{S2}, "call judge_arrivals('ral')");
is($site{S2}->safe_psql('postgres', "select site_id, equal_to = compared_to from ral.site_feed"), 'centre|t', 'and a site sees that it is the same there');
is($site{S2}->safe_psql('postgres', "select sealed_to, seals_equal, remedy from site_status('ral') where state = 'published'"), '1|t|', 'its status tells it');

# A site leaves.
run_sql($centre, "call leave_site('ral', 'S2')");
is($centre->safe_psql('postgres', "select state from site_status('ral') where site_id = 'S2'"), 'left', 'a site that left');
is($site{S2}->safe_psql('postgres', 'select count(*) from pg_replication_slots'), 0, 'its slot is gone');
like(error_of($centre, "call leave_site('ral', 'S2')"), qr/there is no subscription "ral_S2".*DETAIL:.*HINT:/s, 'it leaves once');
like(error_of($centre, sprintf("call subscribe_site('ral', 'S2', '%s')", connection_to($site{S2}))),
	qr/rows of site S2 of study "ral" have arrived before.*HINT:.*virotrial export ral FILE --since=1/s, 'and does not come back by a first copy, which would double the histories');
run_sql($centre, "update ral.subject set birth_date = birth_date + 1 where site_id = 'S2' and subject_id = (select min(subject_id) from ral.subject where site_id = 'S2')");
run_sql($site{S2}, "call leave_centre('ral', 'S2'); update ral.site set name = name || ' left'");
is($centre->safe_psql('postgres', 'select count(*) from pg_replication_slots'), 1, 'its configuration is its own');

# The centre is restored from a backup, and S1 has gone on meanwhile: its slot does not go back.
sub program
{
	my ($node, @arguments) = @_;
	my $out = '';

	IPC::Run::run([ 'virotrial', @arguments, '-h', $node->host, '-p', $node->port, '-d', 'postgres' ], '<', \undef, '>', \$out, '2>&1', IPC::Run::timeout(180));
	return ($? >> 8) . " $out";
}

sub compare_at_centre
{
	settle();
	return $centre->safe_psql('postgres', "select state, seals_equal, remedy from site_status('ral') where site_id = 'S1'");
}
run_sql($centre, "set session_replication_role = replica; update ral.cd4_result set cd4_count = 560 where site_id = 'S1' and cd4_count = 561");
run_sql($centre, "call judge_arrivals('ral', whole => true)");
$centre->stop;
$centre->backup_fs_cold('yesterday');
$centre->start;
my $changed = $count;
enter_count('S1', 561) for 1 .. 3;
run_sql($site{S1}, "delete from ral.cd4_result where replicate = 101 + $changed; update ral.cd4_result set cd4_count = 562 where replicate = 100 + $changed; call seal('ral')");
arrived('S1');
enter_count('S1', 563);
arrived('S1');
$centre->stop;
my $yesterday = PostgreSQL::Test::Cluster->new('yesterday');
$yesterday->init_from_backup($centre, 'yesterday');
$yesterday->start;
$centre = $yesterday;
run_sql($site{S1}, sprintf(q{alter subscription "ral_S1_centre" connection '%s'}, connection_to($centre)));
run_sql($site{S1}, "update ral.cd4_result set cd4_count = 564 where replicate = 102 + $changed");
enter_count('S1', 565);
settle();
my ($there, $here) = map { $_->safe_psql('postgres', "select count(*) from ral.cd4_result where site_id = 'S1'") } $site{S1}, $centre;
isnt($here, $there, 'what was entered between does not come again');
run_sql($site{S1}, "call seal('ral')");
my $batch = PostgreSQL::Test::Utils::tempdir() . '/S1.batch';
like(compare_at_centre(), qr/^running\|f\|Rows that S1 has sealed after batch 2 were lost, or changed here: call seal\('ral'\) and virotrial export ral FILE --since=2 there, then virotrial import ral FILE here/,
	'the next seal of the site tells it, and the status what to do');
run_sql($centre, 'alter subscription "ral_S1" disable');
enter_count('S1', 566);
like(program($site{S1}, 'export', 'ral', $batch, '--since=2'), qr/^0 (S1.batch: batch [345] of S1.*\n){3}$/, 'the site writes what it has sealed since');
like(program($centre, 'import', 'ral', $batch), qr/^3 .*there is a subscription "ral_S1".*Hint: What it has lost can be imported when batch 5 has come by it/s, 'which is not imported as long as more is on its way');
run_sql($centre, 'alter subscription "ral_S1" enable');
wait_for($centre, "max(block) = 5 from ral.exchange_seal where sender = 'S1'", 'the rest comes by the line');
like(program($centre, 'import', 'ral', $batch), qr/^0 (S1.batch: batch [345] of S1.*\n){3}$/, 'then it is imported, while the line stays');
is(compare_at_centre(), 'running|t|', 'and all is equal');
enter_count('S1', 567);
run_sql($site{S1}, "delete from ral.cd4_result where replicate = 102 + $changed; call seal('ral')");
arrived('S1');
is(compare_at_centre(), 'running|t|', 'so it stays');
my $of_site = "change_id between _virotrial.first_change('S1') and _virotrial.last_change('S1')";
same(digests($centre, 'true', "site_id = 'S1' and entered_in >= 1::bigint << 33", $of_site), digests($site{S1}, 'true', 'true', $of_site), 'all rows of S1 are the same at both ends again, their history too');

# A site is restored from a backup that is older than what the centre has: that passes over what is written next.
$site{S1}->stop;
$site{S1}->backup_fs_cold('older');
$site{S1}->start;
is($site{S1}->safe_psql('postgres', "select site_id, state, remedy from site_status('ral')"), "S1|published|\nS2|not subscribed|", 'a site says that it is published');
enter_count('S1', 570);
arrived('S1');
settle();
$site{S1}->stop;
my $restored = PostgreSQL::Test::Cluster->new('restored');
$restored->init_from_backup($site{S1}, 'older');
$restored->start;
run_sql($centre, sprintf(q{alter subscription "ral_S1" connection '%s'}, connection_to($restored)));
wait_for($restored, "count(*) = 2 from site_status('ral') where remedy ~ '^Restore this server to its last moment'", 'a site that was restored knows it');
like(error_of($restored, "call seal('ral')"), qr/what is entered into study "ral" does not arrive.*HINT:.*from the archive/s, 'and seals nothing');
my $entry = q{insert into ral.subject (site_id, subject_id, birth_date, sex) values ('S1', '990', '1970-01-01', 'male')};
like(error_of($restored, $entry), qr/what is entered into study "ral" does not arrive.*HINT:\s+Enter nothing/s, 'nor is anything entered');
is(error_of($restored, q{insert into sim.site (site_id, name) values ('S3', 'Third')}), '', 'into that study');

$_->stop for $centre, $restored, $site{S2};
done_testing();
