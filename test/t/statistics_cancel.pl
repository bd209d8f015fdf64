# Long calculations of the statistics end within a second of their being
# cancelled, and give back their memory.
use strict;
use warnings;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(time);

my $node = PostgreSQL::Test::Cluster->new('statistics_cancel');
$node->init;
$node->append_conf('postgresql.conf', "jit = off\nmax_parallel_workers_per_gather = 0\nwork_mem = '256MB'");
$node->start;
$node->safe_psql(
	'postgres', q{
	create extension virotrial;
	-- Deterministic numbers without a pattern, from 0 to 1.
	create function noise(i int, j int) returns float8 language sql immutable
	begin atomic
	    select (hashint8extended(i, j) & 9007199254740991) / 9007199254740992.0;
	end;
	create table sample (survival_groups survival_groups, interval_censored_curve interval_censored_curve,
		tobit_sample tobit_sample);
	insert into sample
	select survival_groups(a, b < 0.6, 'arm ' || i % 500),
		interval_censored_curve(a, a + b),
		tobit_sample(case when b < a then '<' || a * 4 else '>' || a * 4 end::log_reduction,
			array[a, b, a * b, a * a, b * b, 1 / (1 + a), 1 / (1 + b), sqrt(a), sqrt(b), exp(a), exp(b), sin(9 * a),
				sin(9 * b), cos(9 * a), cos(9 * b), noise(i, 3), noise(i, 4), noise(i, 5), noise(i, 6), noise(i, 7)])
	from (select i, noise(i, 1) as a, noise(i, 2) as b from generate_series(1, 300000) as i) as numbers;
});

my %work = (
	'log-rank test of 500 groups' => 'select logrank_test(survival_groups) from sample',
	'distribution of interval-censored times' => 'select interval_censored_quantile(interval_censored_curve, 0.5) from sample',
	'regression' => 'select tobit_regression(tobit_sample) from sample');

for my $what (sort keys %work)
{
	my ($stdout, $stderr) = ('', '');
	my $start = time;
	$node->safe_psql('postgres', $work{$what});
	# A third of what it takes on this machine.
	my $milliseconds = int((time - $start) * 1000 / 3);
	$start = time;
	$node->psql(
		'postgres', qq{
		set statement_timeout = $milliseconds;
		$work{$what};
		reset statement_timeout;
		select sum(total_bytes) < 60000000 from pg_backend_memory_contexts;
		}, stdout => \$stdout, stderr => \$stderr, on_error_stop => 0);
	my $seconds = time - $start;
	like($stderr, qr/canceling statement due to statement timeout/, "$what: is cancelled");
	cmp_ok($seconds - $milliseconds / 1000, '<', 1.5, "$what: within a second and a half of that");
	like($stdout, qr/^t$/m, "$what: its memory is given back");
}

$node->stop;
done_testing();
