# The states of the statistics: serial, parallel, rolled up, through text and
# through binary, they are the same state, and give the same figures.
use strict;
use warnings;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('statistics_states');
$node->init;
$node->start;
$node->safe_psql(
	'postgres', q{
	create extension virotrial;
	create table record (site int, day float8, event boolean, change float8, log10_vl float8, vl viral_load, reduction log_reduction);
	insert into record
	select i % 7, (i * 7919 % 1000) / 4.0, i % 3 <> 0, (i * 104729 % 2001 - 900) / 2.0, (i * 31 % 600) / 100.0,
	       case when i % 5 = 0 then '<50' when i % 11 = 0 then '<400' when i % 13 = 0 then '>500000'
	            else (1 + i * 17 % 9973)::text end::viral_load,
	       case when i % 5 = 0 then '>' || (i % 30) / 10.0 when i % 11 = 0 then '<' || (i % 20) / 10.0
	            else ((i % 400) / 100.0)::text end::log_reduction
	from generate_series(1, 40000::bigint) as i;
	insert into record values (1), (2);
	alter table record set (parallel_workers = 2);
	analyze record;
});

# What makes the state of a group, and what is read from a state.
my %state = (
	incidence_tally => [
		'incidence_tally(event::int, day)', 'incidence_rate(%s)::text'
	],
	survival_curve => [
		'survival_curve(day, event)',
		"concat(median_survival_ci(%1\$s), survival_at(%1\$s, 100))"
	],
	survival_groups => [
		"survival_groups(day, event, 'arm ' || site % 3)",
		"concat(logrank_test(%1\$s), (select string_agg(g::text, ';') from logrank_groups(%1\$s) as g))"
	],
	interval_censored_curve => [
		'interval_censored_curve(floor(day / 28) * 28, case when event then floor(day / 28) * 28 + 28 end)',
		"concat(interval_censored_quantile(%1\$s, 0.4), (select string_agg(r::text, ';') from interval_censored_curve_rows(%1\$s) as r))"
	],
	response_tally => [ 'response_tally(event)', 'response_rate(%s)::text' ],
	viral_load_tally =>
	  [ 'viral_load_tally(vl)', 'viral_load_summary(%s)::text' ],
	log_reduction_tally => [
		'log_reduction_tally(reduction)', 'log_reduction_summary(%s)::text'
	],
	# A compensated mean may differ in the last digit.
	mean_tally =>
	  [ 'mean_tally(change)', 'round((mean_ci(%s)).ci_upper::numeric, 9)' ],
	value_distribution => [
		'value_distribution(change)',
		"concat(hodges_lehmann(%1\$s), wilcoxon_signed_rank(%1\$s))"
	],
	time_course => [ 'time_course(day, log10_vl)', 'davg(%s)::text' ],
	viral_load_course => [
		"viral_load_course('2008-01-01'::date + day::int, change::int % 100 + 100, vl)",
		"concat(_virotrial.viral_load_nearest(%1\$s, '2008-01-10', '2008-03-01', '2008-02-01'), _virotrial.viral_load_latest(%1\$s, '2008-01-10', '2008-03-01'))"
	],
	viral_load_sample =>
	  [ 'viral_load_sample(vl)', 'censored_quantile(%s, 0.3)::text' ],
	log_reduction_sample => [
		'log_reduction_sample(reduction)', 'censored_quantile(%s, 0.6)::text'
	],
	# Its sums are of doubles, and may differ in the last digit.
	tobit_sample => [
		'tobit_sample(reduction, array[day, site])',
		"(select array_agg(round(c::numeric, 9)) from unnest((tobit_regression(%1\$s)).coefficients) as c)"
	],
	# Its sums have twice the digits, of which the last may differ.
	ancova_sample => [
		"ancova_sample(change, 'site ' || site, array[day, log10_vl])",
		"(select string_agg(concat(m.\"group\", round(m.ci_lower::numeric, 9)), ' ') from least_squares_means(%1\$s) as m)"
	],);

my $serial = 'set max_parallel_workers_per_gather = 0;';
my $parallel = q{set max_parallel_workers_per_gather = 2; set parallel_setup_cost = 0;
	set parallel_tuple_cost = 0; set min_parallel_table_scan_size = 0; set enable_hashagg = off;};
my $file = PostgreSQL::Test::Utils::tempdir() . '/states';

sub figures
{
	my ($settings, $figure, $from, $what) = @_;
	return $node->safe_psql('postgres',
		$settings . ' select ' . sprintf($figure, $what) . " from $from");
}

for my $type (sort keys %state)
{
	my ($make, $read) = @{ $state{$type} };
	my $expected = figures($serial, $read, 'record', $make);
	isnt($expected, '', "$type: there are figures");

	my $plan = $node->safe_psql('postgres',
		"$parallel explain (costs off) select $make from record");
	like($plan, qr/Partial Aggregate/, "$type: the plan is parallel");
	is(figures($parallel, $read, 'record', $make),
		$expected, "$type: parallel is serial");
	is( figures(
			"$parallel set parallel_leader_participation = off;",
			$read, 'record', $make),
		$expected,
		"$type: with workers alone");

	$node->safe_psql(
		'postgres', "create table site_$type as select site, $make as state from record group by site;
		create table ${type}_text as select site, state::text from site_$type;
		create table ${type}_binary (like site_$type);
		copy site_$type to '$file' with (format binary);
		copy ${type}_binary from '$file' with (format binary)");
	is(figures($serial, $read, "site_$type", 'rollup(state)'),
		$expected, "$type: rolled up is serial");
	is(figures($parallel, $read, "site_$type", 'rollup(state)'),
		$expected, "$type: rolled up in parallel is serial");
	is(figures($serial, $read, "${type}_text", "rollup(state::$type)"),
		$expected, "$type: text keeps the state");
	is(figures($serial, $read, "${type}_binary", 'rollup(state)'),
		$expected, "$type: binary keeps the state");
	is( $node->safe_psql(
			'postgres',
			"select count(*) from site_$type as s join ${type}_binary as b using (site)
			 join ${type}_text as t using (site) where s.state::text = b.state::text and b.state::text = t.state"
		),
		'7',
		"$type: all forms are written alike");
}

$node->stop;
done_testing();
