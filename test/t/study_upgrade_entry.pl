# A study is upgraded while others enter rows: neither ends in a deadlock. The upgrade waits for those who have
# begun, and keeps nobody from his work meanwhile; who comes later waits for the upgrade.
use strict;
use warnings;

use IPC::Run;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('upgrade');
$node->init;
$node->append_conf('postgresql.conf', "fsync = off\njit = off\nmax_locks_per_transaction = 256\ndeadlock_timeout = 100ms\n");
$node->start;
$node->safe_psql('postgres', "create extension virotrial; call create_study('ral')");
# As an earlier version could have made it: so the upgrade alters a table that is written to.
my $older = 'alter table ral.site alter name drop not null';
my $upgrade = "call upgrade_study('ral')";

sub begun
{
	my ($statement) = @_;
	my %session = (out => '', err => '');
	$session{run} = IPC::Run::start([ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-d', $node->connstr('postgres'), '-c', $statement ],
		'>', \$session{out}, '2>', \$session{err});
	return \%session;
}

sub ends_well
{
	my ($session, $name) = @_;
	ok($session->{run}->finish, $name) or diag($session->{err});
	return;
}

$node->safe_psql('postgres', $older);
my $upgrading = begun($upgrade);
$node->poll_query_until('postgres', q{select exists (select from pg_locks where relation = 'ral.rule'::regclass and mode = 'AccessExclusiveLock' and granted)})
  or die 'the upgrade does not begin';
my $entering = begun(q{insert into ral.site (site_id, name) values ('S1', 'One')});
ends_well($upgrading, 'a study is upgraded while somebody enters a row');
ends_well($entering, 'whose row gets in');

$node->safe_psql('postgres', $older);
my $open = $node->background_psql('postgres', on_error_stop => 0);
$open->query_safe(q{begin; insert into ral.site (site_id, name) values ('S2', 'Two')});
$upgrading = begun($upgrade);
$node->poll_query_until('postgres', q{select exists (select from pg_stat_activity where application_name ~ 'waits until nobody uses the study')})
  or die 'the upgrade does not wait';
$node->safe_psql('postgres', q{set statement_timeout = '60s'; insert into ral.site (site_id, name) values ('S3', 'Three')});
pass('while it waits for a transaction, others enter rows');
$open->query_safe(q{insert into ral.pooled_login values ('nobody'); commit});
$open->quit;
ends_well($upgrading, 'and it goes on when that ends');
is($node->safe_psql('postgres', q{select string_agg(site_id, ' ' order by site_id) from ral.site}), 'S1 S2 S3', 'all rows are there');
is($node->safe_psql('postgres', q{select count(*) from study_problems('ral') where hint ~ 'upgrade_study'}), 0, 'and all parts');
done_testing();
