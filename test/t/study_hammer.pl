# Eight clients at three isolation levels make random changes, legal and illegal,
# of all tables of a study, amendments of its protocol among them.  Afterwards no
# rule is broken, no deviation is stale; no error but the expected ones is seen.
# Nobody deadlocks whose transactions are single statements of one subject.  Those
# of several statements in any order do now and then, and one of two is told so.
# HAMMER_SECONDS sets for how long, HAMMER_SEED which changes.
use strict;
use warnings;

use File::Basename;
use IPC::Run;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $seconds = $ENV{HAMMER_SECONDS} || 9;
my $seed = $ENV{HAMMER_SEED} || time % 100000;
my @levels = ('read committed', 'repeatable read', 'serializable');
my $clients = 8;
# A check or a rule, a key, a missing value, no day, a serialization failure; with
# partitions, a row in that of another site.
my $expected = $ENV{VIROTRIAL_PARTITIONS} ? qr/^(23514|23503|23505|23502|22007|40001|0A000)$/ : qr/^(23514|23503|23505|23502|22007|40001)$/;

my $node = PostgreSQL::Test::Cluster->new('hammer');
$node->init;
$node->append_conf('postgresql.conf', "fsync = off\ndeadlock_timeout = 200ms\njit = off\n");
$node->start;
$node->safe_psql('postgres', 'create extension virotrial');
$node->safe_psql('postgres', slurp_file(dirname(__FILE__) . '/../pgtap/include/random_change.sql'));
# make test-partitions sets it.
my $partitions = $ENV{VIROTRIAL_PARTITIONS} || 'null';
$node->safe_psql('postgres', "call create_study('ral', partitions => $partitions)");
$node->safe_psql('postgres', <<'SQL');
call simulate_study('ral', subjects => 30, sites => 2, seed => 1);
call create_pool('ral');
analyze;

-- A transaction: one statement, mostly of a subject's row, or more of the same subject.
-- A single one does not set the key of a row that others refer to.  To set it, even
-- to what it is, locks the row against those who refer to it, before the subject.
create function transaction_of(statements integer) returns text
    language plpgsql volatile
as $$
declare
    site text;
    subject text;
    is_of_subject boolean := random() < 0.85;
    changing changing_table;
    verb text;
    change jsonb;
    is_referred_to boolean;
    made text[] := '{}';
begin
    select s.site_id, s.subject_id into site, subject from ral.subject as s order by random() limit 1;
    for n in 1 .. statements loop
        select * into changing from changing_table
        where (of_subject and name <> 'subject') = is_of_subject order by random() limit 1;
        verb := draw('{insert,insert,update,update,delete}');
        is_referred_to := exists (select from pg_constraint where confrelid = format('ral.%I', changing.name)::regclass);
        if statements = 1 and changing.of_subject and is_referred_to and verb = 'delete' then
            verb := 'update';
        end if;
        change := random_change('ral', changing, verb, case when is_of_subject then site end, case when is_of_subject then subject end);
        if statements = 1 and changing.of_subject and is_referred_to and verb = 'update' then
            changing.columns := array(select c from unnest(changing.columns) as c where c <> all (changing.pk));
        end if;
        made := made || coalesce(statement_of('ral', changing, verb, '[]' || change), 'select');
    end loop;
    return case when statements = 1 then made[1] else format('begin; %s; commit', array_to_string(made, '; ')) end;
end;
$$;
SQL

# Eight clients for the given time; what they cannot do, they print with its
# SQLSTATE.  Returns how often each was, and how many transactions there were.
sub hammer
{
	my ($statements) = @_;
	my (@clients, %states, @unexpected);
	my $turn = "select transaction_of($statements) from generate_series(1, 5) \\gexec\n\\echo turn\n";
	$turn .= "rollback;\n" if $statements > 1;

	for my $number (0 .. $clients - 1)
	{
		my $script = "\\set VERBOSITY sqlstate\n\\set ECHO errors\nset client_min_messages = error;\n"
		  . "set default_transaction_isolation = '$levels[$number % @levels]';\n"
		  . "select setseed(" . (($seed * 31 + $number * 7 + $statements) % 1000) / 1000 . ") \\g /dev/null\n" . $turn x 20000;
		my %client = (script => $script, output => '', errors => '');
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
	my $turns = 0;
	for my $client (@clients)
	{
		eval { $client->{handle}->finish };
		$turns += () = $client->{output} =~ /^turn$/mg;
		while ($client->{errors} =~ /ERROR: +(\w{5})\n(?:STATEMENT: +(.*))?/g)
		{
			my ($state, $statement) = ($1, $2);
			$states{$state}++;
			push @unexpected, "$state: " . ($statement // '') unless $state =~ $expected;
		}
	}
	return (\%states, \@unexpected, 5 * $turns);
}

my $deadlocks = "select deadlocks from pg_stat_database where datname = 'postgres'";
for my $statements (1, 3)
{
	my $name = $statements == 1 ? 'single statements' : 'transactions of several statements of one subject';
	my $before = $node->safe_psql('postgres', $deadlocks);
	my ($states, $unexpected, $transactions) = hammer($statements);

	note("seed $seed, $name: $transactions transactions, errors: " . join(', ', map { "$_ $states->{$_}" } sort keys %$states));
	cmp_ok($transactions, '>', 5 * $seconds, "$name are made");
	my @real = $statements == 1 ? @$unexpected : grep { !/^(40P01|25P02)/ } @$unexpected;
	is(join("\n", @real[0 .. ($#real < 5 ? $#real : 5)]), '', 'no error but the expected ones is seen')
	  || diag("seed $seed");
	is($node->safe_psql('postgres', 'select * from violations($$ral$$)'), '', 'nothing violates a rule, and no deviation is stale');
	my $after = $node->safe_psql('postgres', "select pg_stat_clear_snapshot(); $deadlocks") =~ s/\s//gr;
	is($after - $before, 0, 'nobody deadlocks') if $statements == 1;
	note($after - $before . ' deadlocks');
}
$node->stop;
done_testing();
