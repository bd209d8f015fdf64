# Eight writers, two sealers and a verifier: nobody deadlocks, nothing is found that is
# not so, and no row is missed.  Then the study is dumped and restored, also into a
# database of another encoding: the seal is intact, unless the dump was edited.
# SEAL_SECONDS sets for how long they write.
use strict;
use warnings;

use File::Basename;
use IPC::Run;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $seconds = $ENV{SEAL_SECONDS} || 9;
my $node = PostgreSQL::Test::Cluster->new('seal');
$node->init(extra => [ '--encoding', 'UTF8', '--locale', 'C' ]);
$node->append_conf('postgresql.conf', "fsync = off\ndeadlock_timeout = 200ms\njit = off\nmax_connections = 30\n");
$node->start;
# make test-partitions sets it.
my $partitions = $ENV{VIROTRIAL_PARTITIONS} || 'null';
$node->safe_psql('postgres', "create extension virotrial; call create_study('ral', partitions => $partitions)");
$node->safe_psql('postgres', <<'SQL');
call simulate_study('ral', subjects => 30, sites => 2, seed => 1);
insert into ral.site (site_id, name) values ('S9', U&'Z\00FCrich');
-- What LATIN1 does not have; no trigger fires, so that it is not in the history either.
set session_replication_role = replica;
delete from ral.lab_unit where octet_length(unit) <> length(unit);
reset session_replication_role;
call seal('ral');
analyze;

-- A transaction: one statement about a subject, some of them taken back; or made again, for another reason.
-- It names the same rows both times: who changes rows in two orders deadlocks without any rule, too.
create function transaction_of() returns text
    language plpgsql volatile
as $$
declare
    place text;
    made text;
begin
    select format('(site_id, subject_id) = (%L, %L)', site_id, subject_id) into place
    from ral.subject order by random() limit 1;
    made := (array[
        'insert into ral.intolerance select site_id, subject_id, ''NVP'', ''rash'', date ''2007-01-01'' + '
            || floor(random() * 300) || ', false from ral.subject where %s on conflict do nothing; ',
        'update ral.visit set deviation_reason = random() where %s; ',
        'update ral.subject set birth_date = birth_date where %s; ',
        'delete from ral.cd4_result where visit <> ''screening'' and visit like ''%' || floor(random() * 10) || ''' and %s; ',
        'savepoint s; update ral.subject set sex = sex where %s; rollback to s; '])[1 + floor(random() * 5)];
    made := replace(made, '%s', place);
    return format('begin; set local virotrial.reason = ''transcription''; %s%s%s', made,
        case when random() < 0.3 then format('set local virotrial.reason = %L; %s', 'source: ' || random(), made) end,
        case when random() < 0.1 then 'rollback' else 'commit' end);
end;
$$;
SQL

my %scripts = (
	writer => "select transaction_of() from generate_series(1, 5) \\gexec\nrollback;\n\\echo turn\n",
	sealer => "call seal('ral');\n\\echo turn\n",
	verifier => "select 'found', * from verify('ral');\n\\echo turn\n");
my @roles = (('writer') x 8, ('sealer') x 2, 'verifier');
my @levels = ('read committed', 'repeatable read', 'serializable');
my @clients;
for my $number (0 .. $#roles)
{
	my $level = $roles[$number] eq 'writer' ? $levels[$number % 3] : 'read committed';
	my %client = (role => $roles[$number], output => '', errors => '',
		script => "\\set VERBOSITY sqlstate\nset client_min_messages = error;\n"
		  . "set default_transaction_isolation = '$level';\n" . $scripts{$roles[$number]} x 20000);
	$client{handle} = IPC::Run::start([ 'psql', '-XqAt', '-d', $node->connstr('postgres') ],
		'<', \$client{script}, '>', \$client{output}, '2>', \$client{errors});
	push @clients, \%client;
}
my $end = time + $seconds;
while (time < $end)
{
	$_->{handle}->pump_nb for @clients;
	select undef, undef, undef, 0.05;
}
$node->safe_psql('postgres', "select pg_terminate_backend(pid) from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()");
my (%turns, @found, @unexpected);
for my $client (@clients)
{
	eval { $client->{handle}->finish };
	$turns{ $client->{role} } += () = $client->{output} =~ /^turn$/mg;
	push @found, $client->{output} =~ /^(found.*)$/mg;
	# A serialization failure, and what follows in its transaction
	push @unexpected, "$client->{role}: $1" while $client->{errors} =~ /ERROR: +(?!40001|25P02|3B001)(\w{5})/g;
}
note(join(', ', map { "$turns{$_} turns of each $_" } sort keys %turns));
cmp_ok($turns{$_}, '>', 1, "there are turns of a $_") for sort keys %turns;
is(join("\n", @unexpected), '', 'no error but the expected ones is seen');
is(join("\n", @found), '', 'nothing is found while others write and seal');
is($node->safe_psql('postgres', "select deadlocks from pg_stat_database where datname = 'postgres'"), 0, 'nobody deadlocks');
$node->safe_psql('postgres', q{call seal('ral')});
is($node->safe_psql('postgres', q{select * from verify('ral')}), '', 'nor afterwards');
cmp_ok($node->safe_psql('postgres', 'select count(*) from ral.seal'), '>', 2, 'there are blocks');
is($node->safe_psql('postgres', 'select count(*) from ral.seal as a join ral.seal as b on a.block < b.block and a.changes && b.changes'), 0, 'which share no change');
# Each version was entered, each earlier one has ended, and each of them in a sealed change.
is($node->safe_psql('postgres', 'select sum(leaves) from ral.seal'), $node->safe_psql('postgres', q{
	select sum((xpath('//n/text()', query_to_xml(query, true, true, '')))[1]::text::bigint)
	from (
		select format('select count(*) as n from ral.%I', table_name) as query from _virotrial.sealed_tables('ral')
		union all select format('select 2 * count(*) as n from ral.%I', table_name || '_history') from _virotrial.sealed_tables('ral')
		union all select 'select count(*) as n from ral.change') as counted}),
	'no version and no change is missed');

# ---- dumped and restored
my $directory = PostgreSQL::Test::Utils::tempdir();
my $head = $node->safe_psql('postgres', q{select digest from seal_head('ral')});
$node->command_ok([ 'pg_dump', '-f', "$directory/dump.sql", $node->connstr('postgres') ], 'the study is dumped');
my $dump = slurp_file("$directory/dump.sql");
my $proof = $node->safe_psql('postgres', q{select encode(proof, 'hex') from seal_proof('ral', 'site', 'S9')});

sub restore
{
	my ($database, $text, $options) = @_;
	append_to_file("$directory/$database.sql", $text);
	$node->safe_psql('postgres', "create database $database template template0 $options");
	$node->command_ok([ 'psql', '-Xq', '-v', 'ON_ERROR_STOP=1', '-d', $node->connstr($database), '-f', "$directory/$database.sql" ],
		"restored into $database");
}

sub verified
{
	my ($database) = @_;
	return $node->safe_psql($database, "select table_name, key, column_name from verify('ral', '$head')");
}

restore('again', $dump, "encoding 'UTF8'");
is(verified('again'), '', 'a restored study is intact');
restore('latin', $dump, "encoding 'LATIN1' lc_collate 'C' lc_ctype 'C'");
is(verified('latin'), '', 'in another encoding, too');
is($node->safe_psql('latin', "select verify_proof(decode('$proof', 'hex'), '$head')"), 't', 'and its proofs hold there');
(my $edited = $dump) =~ s/^(COPY ral.viral_load_result(?:_\d+)? \([^\n]*\n(?:[^\t\n]*\t){6})[^\t]+/${1}31/m or die 'no row to edit';
restore('edited', $edited, "encoding 'UTF8'");
like(verified('edited'), qr/^viral_load_result\|S\d, S\d-\d+, \d{4}-\d\d-\d\d, \d+\|reported$/, 'what was edited in a dump is named');
$node->safe_psql('again', q{set virotrial.reason = 'transcription'; update ral.site set name = name || '.' where site_id = 'S9'; call seal('ral')});
is($node->safe_psql('again', qq{select * from verify('ral', '$head')}), '', 'a restored study is sealed on');
$node->stop;

# Another program reads the proof.
SKIP:
{
	my ($out, $err) = ('', '');
	skip 'no python3', 1 unless eval { IPC::Run::run([ 'python3', '--version' ], '>', \$out, '2>', \$err) };
	IPC::Run::run([ 'python3', dirname(__FILE__) . '/../oracle/seal.py', 'proof', $head ], '<', \$proof, '>', \$out, '2>', \$err);
	is($out, "True\n", 'another program finds the proof right') || diag($err);
}
done_testing();
