# Many clients enter results of one subject at the same time: history, which may
# be the baseline of all others and queues, and results after the first dose.
# Nobody deadlocks, and rows get in.  HAMMER_SECONDS sets for how long each time.
use strict;
use warnings;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $seconds = $ENV{HAMMER_SECONDS} || 3;
# make test-partitions sets it.
my $partitions = $ENV{VIROTRIAL_PARTITIONS} || 'null';
my $node = PostgreSQL::Test::Cluster->new('locks');
$node->init;
$node->append_conf('postgresql.conf', "fsync = off\ndeadlock_timeout = 100ms\n");
$node->start;
$node->safe_psql('postgres', "create extension virotrial; call create_study('ral', partitions => $partitions)");
$node->safe_psql('postgres', <<'SQL');
insert into ral.site (site_id, name) values ('S1', 'First');
insert into ral.subject (site_id, subject_id, birth_date, sex) values ('S1', '001', '1970-06-15', 'female');
insert into ral.consent (site_id, subject_id, version, signed) values ('S1', '001', '1.0', '2008-01-10');
insert into ral.hiv_diagnosis (site_id, subject_id, diagnosed, guideline, confirmed, confirmatory_test)
	values ('S1', '001', '2003-01-10', 'China 2005', '2003-02-01', 'Western blot');
insert into ral.art_history (site_id, subject_id, drug, started, stopped)
	select 'S1', '001', drug, '2004-01-01', '2008-01-01' from unnest(array['AZT', '3TC', 'NVP']) as drug;
insert into ral.viral_load_result (site_id, subject_id, collected, assay, viral_load)
	values ('S1', '001', '2003-12-20', 'Quantiplex 3.0', '120000'), ('S1', '001', '2005-12-20', 'Quantiplex 3.0', '20000');
insert into ral.genotype (site_id, subject_id, collected) values ('S1', '001', '2007-12-01');
insert into ral.genotype_drug_call (site_id, subject_id, collected, drug, call)
	values ('S1', '001', '2007-12-01', '3TC', 'resistant'), ('S1', '001', '2007-12-01', 'NVP', 'resistant');
insert into ral.missing_result (site_id, subject_id, assessment, collected, reason)
	select site_id, subject_id, assessment, '2008-01-16', 'not done' from ral.subject, unnest(array['viral load', 'CD4']) as assessment;
insert into ral.enrolment (site_id, subject_id, enrolled, first_dose) values ('S1', '001', '2008-02-01', '2008-02-01');
create sequence entry;
SQL

sub result_from
{
	my ($first) = @_;
	return "insert into ral.viral_load_result (site_id, subject_id, collected, replicate, assay, viral_load)\n"
	  . "select 'S1', '001', date '$first' + (n % 700)::integer, 2 + n / 700, 'Quantiplex 3.0', '20000' from nextval('entry') as n;\n";
}

my %script = (
	history => result_from('2006-01-01'),
	'results after the first dose' => result_from('2008-02-02'),
	'consent after history, in one transaction' => "begin;\n" . result_from('2006-01-01')
	  . "update ral.consent set signed = signed where subject_id = '001';\ncommit;\n");
my $file = PostgreSQL::Test::Utils::tempdir() . '/entry.sql';
my $deadlocks = "select deadlocks from pg_stat_database where datname = 'postgres'";

for my $name (sort keys %script)
{
	open my $out, '>', $file or die;
	print $out $script{$name};
	close $out;
	for my $clients (4, 8)
	{
		my $before = $node->safe_psql('postgres', 'select count(*) from ral.viral_load_result');
		my ($output, $errors) = ('', '');
		ok(IPC::Run::run([ 'pgbench', '-n', '-c', $clients, '-j', 2, '-T', $seconds, '-f', $file, $node->connstr('postgres') ],
				'>', \$output, '2>', \$errors), "$clients clients enter $name") || diag($errors);
		my $rows = $node->safe_psql('postgres', 'select count(*) from ral.viral_load_result') - $before;
		cmp_ok($rows, '>', 2 * $seconds, 'and get it in');
		note("$clients clients, $name: " . int($rows / $seconds) . ' rows a second');
	}
}
is($node->safe_psql('postgres', $deadlocks), 0, 'without a deadlock');
$node->stop;
done_testing();
