# A site and a centre without a line: what each enters goes to the other in batch files.
# They are sealed by a chain of digests, come in whole, once and in order, and never
# overwrite what they do not know; in the end both sides have the same rows.
use strict;
use warnings;

use File::Basename;
use FindBin;
use lib $FindBin::RealBin;

use ClientSession;
use IPC::Run;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $original = PostgreSQL::Test::Cluster->new('original');
$original->init(extra => [ '--encoding', 'UTF8', '--locale', 'C' ]);
$original->append_conf('postgresql.conf', "wal_level = replica\nfsync = off\njit = off\n");
$original->start;
$original->safe_psql('postgres', <<'SQL');
set client_min_messages = warning;
create extension virotrial;
call create_study('ral');
call create_study('sim');
call simulate_study('sim', subjects => 8, sites => 1, seed => 7);
-- Enters what was simulated; or tables of the configuration
create procedure enter(tables text[] default null) language plpgsql set virotrial.defer_rules = 'ral' as $$
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
		execute format('insert into ral.%1$I (%2$s) select %2$s from sim.%1$I', kept.name, kept.columns);
	end loop;
end $$;
SQL
$original->stop;
$original->backup_fs_cold('copy');

sub server
{
	my ($name) = @_;
	my $node = PostgreSQL::Test::Cluster->new($name);

	$node->init_from_backup($original, 'copy');
	$node->start;
	return $node;
}

my ($centre, $site) = map { server($_) } qw(centre site);
my $directory = PostgreSQL::Test::Utils::tempdir();

sub run_sql
{
	my ($node, $sql) = @_;
	return $node->safe_psql('postgres', "set client_min_messages = warning; set virotrial.reason = 'correction: test'; $sql");
}

# Past triggers, as nobody ought to write
sub behind { my ($node, $sql) = @_; return run_sql($node, "set session_replication_role = replica; $sql"); }

sub error_of
{
	my ($node, $sql) = @_;
	my ($code, $out, $error) = $node->psql('postgres', $sql);

	return $error =~ /ERROR:\s+(.*)/s ? $1 : $out;
}

sub command
{
	my ($node, @arguments) = @_;
	return ('virotrial', @arguments, '-h', $node->host, '-p', $node->port, '-d', 'postgres');
}

# The exit code of the program, and all that it says
sub program
{
	my ($node, @arguments) = @_;
	my $out = '';

	IPC::Run::run([ command($node, @arguments) ], '<', \undef, '>', \$out, '2>&1', IPC::Run::timeout(180));
	return ($? >> 8) . " $out";
}

sub exported { my ($node, $file, $since) = @_; return program($node, 'export', 'ral', "$directory/$file", "--since=$since"); }
sub imported { my ($node, @files) = @_; return program($node, 'import', 'ral', map { "$directory/$_" } @files); }

# All rows of the site, or of the configuration, with their histories, changes and seals
sub digests
{
	my ($node, $sender) = @_;
	my $query = $node->safe_psql('postgres', qq{
		select string_agg(format('select %L, count(*), md5(string_agg(r::text, chr(10) order by r::text)) from ral.%I as r where %s', name, name,
			case when name = 'exchange_seal' then \$\$sender = '$sender'\$\$ when name = 'change' and '$sender' = 'centre' then 'change_id < 1::bigint << 33'
				when name = 'change' then \$\$change_id >= 1::bigint << 33\$\$ when to_centre then 'entered_in >= 1::bigint << 33' else 'true' end),
			' union all ' order by name)
		from _virotrial.exchanged_table('ral') where to_centre = ('$sender' <> 'centre')});

	return $node->safe_psql('postgres', $query);
}

# The configuration goes to the site.
like(exported($centre, 'none', 0), qr/^3 .*sends nothing from here.*Hint: call publish_study\('ral', site => \.\.\., by_file => true\)/s, 'a study that is not published sends nothing');
run_sql($centre, q{call enter('{site,reference_range}')});
like(error_of($centre, q{call publish_study('ral')}), qr/cannot publish study.*HINT:.*by_file => true/s, 'a line needs logical replication');
run_sql($centre, q{call publish_study('ral', by_file => true)});
like(exported($centre, 'c1', 0), qr/^0 c1: batch 1 of centre, \d+ entries, digest [0-9a-f]{64}$/, 'the centre writes its configuration');
like(imported($site, 'c1'), qr/^0 c1: batch 1 of centre, \d+ entries, digest [0-9a-f]{64}$/, 'the site takes it');
is(digests($site, 'centre'), digests($centre, 'centre'), 'and has the same');
like(error_of($site, q{update ral.protocol set minimum_age = 17}), qr/table "protocol" comes from the centre/, 'it is not changed there');
run_sql($site, q{call publish_study('ral', site => 'S1', by_file => true)});

# Three batches: rows; changes of them; and changes of these, with a row that breaks a rule
run_sql($site, 'call enter()');
like(exported($site, 's1', 0), qr/^0 s1: batch 1 of S1/, 'the site writes its first batch');
is((stat "$directory/s1")[2] & oct(777), oct(600), 'for its reader alone: it holds what is blinded');
like(exported($site, 's1', 0), qr/^2 .*s1: it is there already/, 'and does not replace it');
like(exported($site, 'none', 1), qr/^0 nothing was entered since batch 1; no file is written/, 'nothing is no batch');
ok(!-e "$directory/none" && !-e "$directory/none.part", 'and leaves no file');
like(exported($site, 'none', 2), qr/^2 .*S1 of study "ral" has sealed no batch 2.*from 0 to 1/s, 'nor is what is not there');
my $count = q{insert into ral.cd4_result (site_id, subject_id, collected, replicate, cd4_count) select site_id, subject_id, signed, %d, %d from ral.consent where subject_id = (select min(subject_id) from ral.consent)};
run_sql($site, sprintf("$count; $count; $count", 101, 400, 102, 401, 103, 402));
run_sql($site, q{update ral.subject set birth_date = birth_date - 1; delete from ral.cd4_result where replicate = 102});
run_sql($site, qq{
	insert into ral.query (table_name, row_key, message) select 'subject', jsonb_build_object('subject_id', min(subject_id)), 'Please check.' from ral.subject;
	insert into ral.source_verification (table_name, row_key) select 'subject', jsonb_build_object('subject_id', min(subject_id)) from ral.subject;
	insert into ral.signature (scope, site_id, subject_id, meaning, authentication) select 'subject', 'S1', min(subject_id), 'review', 'password' from ral.subject});
exported($site, 's2', 1);
run_sql($site, q{update ral.cd4_result set replicate = 104 where replicate = 101});
run_sql($site, q{begin; update ral.cd4_result set cd4_count = 403 where replicate = 103; update ral.cd4_result set cd4_count = 404 where replicate = 103; commit});
run_sql($site, sprintf($count, 101, 500));
run_sql($site, q{delete from ral.medical_history where ctid = (select min(ctid) from ral.medical_history)});
exported($site, 's3', 2);

# Whatever is refused changes nothing.
sub unchanged
{
	my ($file, $pattern, $name) = @_;
	my $state = 'select (select count(*) from ral.change), (select count(*) from ral.exchange_seal), (select count(*) from ral.arrival), '
		. '(select md5(string_agg(r::text, chr(10) order by r::text)) from ral.cd4_result as r), array(select f::text from ral.site_feed as f)';
	my $before = $centre->safe_psql('postgres', $state);

	like(imported($centre, $file), $pattern, $name);
	is($centre->safe_psql('postgres', $state), $before, 'and nothing is changed');
	return;
}
unchanged('s2', qr/^2 .*batches 1 to 1 of S1 have not arrived.*Hint: .*virotrial export ral FILE --since=0/s, 'a batch whose predecessor is not there');
like(program($centre, 'import', 'ral', '-n', "$directory/s1"), qr/^0 s1: batch 1 of S1/, 'a dry run reads it');
is($centre->safe_psql('postgres', 'select count(*) from ral.subject'), 0, 'and enters nothing');
like(imported($centre, 's1'), qr/^0 s1: batch 1 of S1, \d+ entries/, 'the first batch comes in');
unchanged('s1', qr/^0 s1: is here already; the last batch of S1 here is 1/, 'and once');
unchanged('s3', qr/^2 .*batches 2 to 2 of S1 have not arrived.*--since=1/s, 'a lost batch is missed');
unchanged('c1', qr/^0 c1: is here already; the last batch of centre here is 1/, 'the centre has what it has sent');
like(imported($site, 's1'), qr/^0 s1: is here already; the last batch of S1 here is 3/, 'a site has what it has sent');
like(error_of($centre, q{set virotrial.reason = 'correction: x'; update ral.subject set birth_date = birth_date + 1}), qr/rows of site S1 come from the site.*HINT:.*leave_site/s, 'what comes from the site is not changed here');

# Who is neither owner nor superuser writes no batch, and enters none.
run_sql($centre, q{create role batch_manager login in role ral_data_manager; insert into ral.site_access values ('batch_manager', '*')});
like(program($centre, 'export', 'ral', "$directory/none", '--since=0', '-U', 'batch_manager'), qr/^3 .*study "ral" belongs to "postgres"/, 'a data manager writes no batch');
ok(!-e "$directory/none" && !-e "$directory/none.part", 'and has no part of one');
like(program($centre, 'import', 'ral', "$directory/s2", '-U', 'batch_manager'), qr/^3 .*study "ral" belongs to "postgres"/, 'and enters none');
like(error_of($centre, "set session authorization batch_manager; $_"), qr/permission denied|belongs to|only a superuser|cannot be written|own/, "nor by hand: $_")
	for 'select * from ral.exchange_seal', q{select * from _virotrial.batch_lines('ral', 0)}, q{call _virotrial.seal_sent('ral', 'S1')}, q{call _virotrial.compare_seals('ral', true)},
	q{call _virotrial.apply_batch('ral', 'S1')}, q{call _virotrial.receive_batches('ral', 'S2')}, q{call judge_arrivals('ral')}, q{call seal('ral')};

# Altered files
my $seed = $ENV{BATCH_SEED} // time;
note("BATCH_SEED=$seed");
srand($seed);
my $whole = slurp_file("$directory/s2");

sub altered
{
	my ($text, $name) = @_;
	unlink("$directory/altered");
	append_to_file("$directory/altered", $text);
	return unchanged('altered', qr/^[23] virotrial: /, $name);
}
for (1 .. $ENV{BATCH_BYTES} // 3)
{
	my $place = 16 + int(rand(length($whole) - 16));
	my $bit = 1 << int(rand(7));
	my $text = $whole;

	substr($text, $place, 1) = chr(ord(substr($text, $place, 1)) ^ $bit);
	altered($text, "byte $place with another bit $bit");
}
altered($whole =~ s/.*\n\z//r, 'the last line is gone');
altered($whole =~ s/^(e\t.*\n)/$1$1/mr, 'a line is there twice');
altered($whole =~ s/"cd4_count": "?402"?/"cd4_count": 420/r, 'a count is another');
altered($whole =~ s/^(e\t\d+\tcd4_result\t\{)/$1"note": 1, /mr, 'a row has more to say');
altered($whole =~ s/"S1"/"S2"/gr, 'the site is another');
altered($whole =~ s/("study": )"ral"/$1"sim"/r, 'the study is another');

# The program is killed, and then the server.
sub blocked_import
{
	my $holder = $centre->background_psql('postgres');
	$holder->query_safe('begin; lock table ral.exchange_seal in share mode');
	my $import = IPC::Run::start([ command($centre, 'import', 'ral', "$directory/s2") ], '<', \undef, '>', \my $out, '2>&1');
	$centre->poll_query_until('postgres', q{select count(*) = 1 from pg_stat_activity where application_name like 'virotrial: imports%' and wait_event_type = 'Lock'});
	return ($holder, $import);
}
my $before = digests($centre, 'S1');
my ($holder, $import) = blocked_import();
$import->kill_kill(grace => 0);
$holder->quit;
$centre->poll_query_until('postgres', q{select count(*) = 0 from pg_stat_activity where application_name like 'virotrial: imports%'});
is(digests($centre, 'S1'), $before, 'a program that is killed leaves nothing behind');
($holder, $import) = blocked_import();
$centre->kill9;
eval { $import->finish };
eval { $holder->quit };
# Its processes notice soon that the first one is gone.
for (1 .. 100)
{
	last if $centre->start(fail_ok => 1);
	$centre->{_pid} = undef;
	select(undef, undef, undef, 0.1);
}
is(digests($centre, 'S1'), $before, 'nor does a server');
like(imported($centre, 's2', 's1'), qr/^0 s2: batch 2 of S1.*s1: is here already/s, 'the same file comes in then');

# Rows in the way; and a rule that the site does not have yet
run_sql($centre, q{insert into ral.rule (name, table_name, clause, condition) values ('unlikely', 'cd4_result', '', 'cd4_count = 500')});
my $changed = q{subject_id = (select min(subject_id) from ral.consent) and replicate};
behind($centre, sprintf($count =~ s/cd4_count\)/cd4_count, entered_in)/r =~ s/%d, %d/%d, %d, 1/r, 104, 1));
behind($centre, "update ral.cd4_result set cd4_count = 2, entered_in = 1 where $changed = 103");
unchanged('s3', qr/^1 .*2 rows here are in the way of a batch of S1.*cd4_result \{.*"replicate": 103.*\}: was changed here, and is changed or deleted there.*"replicate": 104.*\}: was entered here, and there.*Hint: Delete them here, with a reason/s,
	'rows that the batch does not know are listed, and stay');
is($centre->safe_psql('postgres', q{select row_key -> 'replicate' from entered_here('ral', 'S1') order by 1}), "103\n104", 'entered_here shows them, too');
run_sql($centre, q{delete from ral.cd4_result where entered_in = 1});
like(imported($centre, 's3'), qr/^0 s3: batch 3 of S1, \d+ entries, digest [0-9a-f]{64}\n1 rows are in quarantine/, 'then the batch comes in');
is($centre->safe_psql('postgres', q{select table_name, rule from quarantine('ral')}), 'cd4_result|unlikely', 'the row that breaks a rule is in quarantine');
is(digests($centre, 'S1'), digests($site, 'S1'), 'all rows are the same at both ends, with their histories and who changed them');
my $status = q{select state, sealed_to, seals_equal, site_version = version, rows_waiting, rows_quarantined, remedy from site_status('ral')};
is($centre->safe_psql('postgres', $status), 'by file|3|t|t|0|1|', 'and so are the seals');
is($centre->safe_psql('postgres', q{select (select count(*) from ral.query), (select count(*) from ral.signature), (select content ->> 'sex' is not null from ral.source_verification)}), '1|1|t', 'with what was asked, verified and signed');
is($centre->safe_psql('postgres', q{select count(*) from ral.change join ral.subject_history on ended_in = change_id where reason = 'test'}), 16, 'with why');

# A new rule holds at the site when it has arrived there.
like(exported($centre, 'c2', 1), qr/^0 c2: batch 2 of centre, \d+ entries/, 'the centre sends a new rule');
like(imported($site, 'c1', 'c2'), qr/^0 c1: is here already.*c2: batch 2 of centre/s, 'the site takes it');
is(digests($site, 'centre'), digests($centre, 'centre'), 'and has the same configuration');
like(error_of($site, sprintf($count, 110, 500)), qr/rule "unlikely" of table "cd4_result" is broken/, 'it holds there');

# What follows, in one file with what is here
run_sql($site, q{update ral.cd4_result set cd4_count = 501 where cd4_count = 500});
run_sql($site, q{call seal('ral')});
run_sql($site, sprintf($count, 105, 505));
like(exported($site, 's0-5', 0), qr/^0 (s0-5: batch [1-5] of S1.*\n){5}$/, 'a file may have many batches');
like(imported($centre, 's0-5'), qr/^0 s0-5: batch 4 of S1.*\ns0-5: batch 5 of S1.*\n$/, 'of which those come in that are new');
is($centre->safe_psql('postgres', $status), 'by file|5|t|t|0|0|', 'what was mended is out of quarantine');
is(digests($centre, 'S1'), digests($site, 'S1'), 'all is the same');
is($centre->safe_psql('postgres', q{select count(*) from study_problems('ral')}), 0, 'and no problem');

# The site is restored from a backup, and gets what it has sent since.
$site->stop;
$site->backup_fs_cold('yesterday');
$site->start;
run_sql($site, sprintf($count, 106, 506));
exported($site, 's6', 5);
imported($centre, 's6');
$site->stop;
my $restored = PostgreSQL::Test::Cluster->new('restored');
$restored->init_from_backup($site, 'yesterday');
$restored->start;
$site = $restored;
like(imported($site, 's6'), qr/^0 s6: batch 6 of S1/, 'a site that was restored takes its own batch');
is(digests($centre, 'S1'), digests($site, 'S1'), 'and has again what it had');
run_sql($site, sprintf($count, 107, 507));
exported($site, 's7', 6);
like(imported($centre, 's7'), qr/^0 s7: batch 7 of S1/, 'it goes on from there');
is($centre->safe_psql('postgres', $status), 'by file|7|t|t|0|0|', 'with numbers of its own');

# A table gets a column, at the site first.
my $column = q{alter table ral.subject add column note text; call keep_history('ral.subject')};
run_sql($site, "$column; insert into ral.subject (site_id, subject_id, birth_date, sex, note) values ('S1', '900', '1970-01-01', 'male', 'x')");
exported($site, 's8', 7);
unchanged('s8', qr/^3 .*S1 sends columns that study "ral" does not have here.*subject\.note.*upgrade_study/s, 'the centre must have the column first');
run_sql($centre, $column);
like(imported($centre, 's8'), qr/^0 s8: batch 8 of S1/, 'then it comes in');
is(digests($centre, 'S1'), digests($site, 'S1'), 'with its values');

# A site that was restored, and goes on as if it were not
behind($site, q{delete from ral.exchange_seal where sender = 'S1' and block = 8});
run_sql($site, sprintf($count, 108, 508));
exported($site, 'fork', 7);
unchanged('fork', qr/^2 .*batch 8 of S1 is another than the one that has arrived.*restored from a backup/s, 'two chains are told apart');

# A block, and then a row, is changed behind the centre, and the site leaves.
my $altered = q{update ral.exchange_seal set sealed_by = '%s' where sender = 'S1' and block = 3};
for ([ 'nobody', 'f' ], [ 'postgres', 't' ])
{
	my ($name, $equal) = @$_;

	behind($centre, sprintf($altered, $name));
	run_sql($centre, q{call judge_arrivals('ral', whole => true)});
	like($centre->safe_psql('postgres', $status), qr/^by file\|8\|$equal\|t\|0\|0\|${\($equal eq 'f' ? 'Rows that S1 has sealed after batch 2 were lost' : '$')}/, "a block as it was sealed by $name: $equal");
}
behind($centre, "update ral.cd4_result set cd4_count = 7 where $changed = 105");
run_sql($centre, q{call judge_arrivals('ral', whole => true)});
like($centre->safe_psql('postgres', $status), qr/^by file\|8\|f\|t\|0\|0\|Rows that S1 has sealed after batch 4 were lost, or changed here: .*--since=4 there/, 'seals tell it, and after which batch');
# Rows, and then a block, are lost at the centre: their batch brings them again, and says so of itself alone.
behind($centre, "update ral.cd4_result set cd4_count = 505 where $changed = 105");
my $undamaged = digests($centre, 'S1');
behind($centre, "delete from ral.cd4_result where $changed = 107; delete from ral.exchange_seal where sender = 'S1' and block = 6");
run_sql($centre, q{call judge_arrivals('ral', whole => true)});
like($centre->safe_psql('postgres', $status), qr/^by file\|8\|f.*after batch 5 .*--since=5/, 'the status says after which batch rows are missing');
like(imported($centre, 's7'), qr/^2 .*batches 6 to 6 of S1 have not arrived.*--since=5/s, 'and so does a later batch');
like(imported($centre, 's6', 's7'), qr/^0 s6: batch 6 of S1.*\ns7: .*7 of S1\V*\n\z/, 'both bring what is missing');
is($centre->safe_psql('postgres', $status), 'by file|8|t|t|0|0|', 'and all is equal');
is(digests($centre, 'S1'), $undamaged, 'with the rows');
behind($centre, "update ral.cd4_result set cd4_count = 7 where $changed = 105");
run_sql($centre, q{call judge_arrivals('ral', whole => true)});
run_sql($centre, q{call leave_site('ral', 'S1')});
like(run_sql($centre, $status), qr/^left\|8\|f/, 'a site leaves');
run_sql($centre, "update ral.cd4_result set cd4_count = 505 where $changed = 105");
like(error_of($centre, q{call leave_site('ral', 'S1')}), qr/there is no subscription "ral_S1"/, 'once');
run_sql($site, q{call leave_centre('ral', 'S1'); update ral.protocol set minimum_age = 17});

# An owner who is no superuser
$_->safe_psql('postgres', q{create role trial_owner login createrole; grant create on database postgres to trial_owner}) for $centre, $site;
my @owner = ('-U', 'trial_owner');
sub owned { my ($node, $sql) = @_; return $node->safe_psql('postgres', "set client_min_messages = warning; $sql", extra_params => \@owner); }
owned($_, q{call create_study('own')}) for $centre, $site;
owned($centre, q{insert into own.site (site_id, name) values ('S1', 'First'); call publish_study('own', by_file => true)});
like(program($centre, 'export', 'own', "$directory/own-c1", '--since=0', @owner), qr/^0 own-c1: batch 1 of centre/, 'an owner writes a batch');
like(program($site, 'import', 'own', "$directory/own-c1", @owner), qr/^3 .*role "trial_owner" may import no batch.*grant set on parameter session_replication_role to trial_owner/s, 'he enters one when a superuser lets him');
like(program($site, 'import', 'own', "$directory/own-c1"), qr/^3 .*study "own" belongs to "trial_owner".*set role trial_owner/s, 'nobody else does, lest what is in the study runs with his rights');
$_->safe_psql('postgres', q{grant set on parameter session_replication_role to trial_owner}) for $centre, $site;
like(program($site, 'import', 'own', "$directory/own-c1", @owner), qr/^0 own-c1: batch 1 of centre/, 'then it comes in');
owned($site, q{call publish_study('own', site => 'S1', by_file => true); insert into own.subject values ('S1', '001', '1970-01-01', 'male')});
like(program($site, 'export', 'own', "$directory/own-s1", '--since=0', @owner), qr/^0 own-s1: batch 1 of S1/, 'the site sends');
like(program($centre, 'import', 'own', "$directory/own-s1", @owner), qr/^0 own-s1: batch 1 of S1/, 'and the centre takes it, and judges');
is(owned($centre, q{select site_id, state, rows_waiting, seals_equal from site_status('own')}), 'S1|by file|0|t', 'all of it');
owned($centre, q{call leave_site('own', 'S1')});
is(owned($centre, q{select state from site_status('own')}), 'left', 'he ends it, too');

# The session of the document
cmp_ok(ClientSession::run_document($centre, "$directory/session", dirname(__FILE__) . '/../../doc/study/batches.md'), '>', 5, 'the session has been run');

$_->stop for $centre, $site;
done_testing();
