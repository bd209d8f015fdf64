# A private Citus of a coordinator and two workers: every aggregate is computed on the
# workers, a warehouse is distributed, and no table of a study looks guarded and is not.
use strict;
use warnings;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $share = `pg_config --sharedir`;
chomp $share;
plan skip_all => 'NOT TESTED: there is no Citus; VIROTRIAL_CITUS names a directory that "make install-extension DESTDIR=..." filled'
	unless -e "$share/extension/citus.control";

my ($node, @workers) = map { PostgreSQL::Test::Cluster->new($_) } qw(coordinator first second);

for my $one ($node, @workers)
{
	$one->init(extra => [ '--encoding', 'UTF8', '--locale', 'C' ]);
	$one->append_conf('postgresql.conf', <<"CONF");
shared_preload_libraries = 'citus'
fsync = off
jit = off
citus.node_conninfo = ''
citus.local_hostname = '@{[ $one->host ]}'
citus.enable_statistics_collection = off
citus.shard_count = 4
max_prepared_transactions = 50
CONF
	$one->start;
	$one->safe_psql('postgres', 'create extension citus');
}

sub sql
{
	my ($sql) = @_;
	return $node->safe_psql('postgres', "set client_min_messages = error; set virotrial.reason = 'correction: test'; $sql");
}

# What a statement is refused with, or what is said of the study after it; all is undone
sub said_of
{
	my ($sql) = @_;
	my ($code, $out, $error) = $node->psql('postgres', <<"SQL", on_error_stop => 1);
set client_min_messages = error;
begin;
set virotrial.reason = 'correction: test';
$sql;
\\echo said:
select problem, object from study_problems('ral') where problem ~ 'distributed|missing' group by 1, 2 order by 1, 2;
select rule, item from violations('ral') where table_name = 'later' group by 1, 2 order by 1, 2;
rollback;
SQL
	return $error =~ /ERROR:\s+(.*)/s ? $1 : $out =~ s/.*said:\s*//sr;
}

sql(sprintf q{select citus_set_coordinator_host('%s', %d)}, $node->host, $node->port);
sql(sprintf q{select citus_add_node('%s', %d)}, $_->host, $_->port) for @workers;
sql('create extension virotrial');
is($_->safe_psql('postgres', q{select count(*) from pg_extension where extname = 'virotrial'}), 1, 'Citus makes the extension on a worker') for @workers;

# ---- aggregates
sql(<<'SQL');
create table plain as
select n, 'S' || n % 97 as subject_id, 'G' || n % 3 as "group",
	case n % 7 when 0 then '<50' when 1 then '>500000' when 2 then 'TND<50' else (50 + n * 7919 % 100000)::text end::viral_load as vl,
	log_reduction((1000 + n * 104729 % 400000)::text::viral_load, case n % 4 when 0 then '<50' else (50 + n * 7919 % 100000)::text end::viral_load) as lr,
	(case n % 6 when 0 then '<' else '' end || (1 + n % 50))::lab_value as lv,
	(array['RT:K65R', 'RT:M184V', 'IN:Q148H', 'IN:N155H', 'RT:L74I'])[1 + n % 5]::mutation as m,
	(n * 7919 % 1000) / 7.0::float8 as f, (n * 104729 % 1000 + n * 7919 % 1000) / 7.0::float8 as upper, array[(n * 31 % 17)::float8, (n * 37 % 11)::float8] as covariates,
	n % 3 as few, n % 5 * 28 as i, date '2020-01-01' + n % 400 as d, 1 + n % 24 as replicate, nullif(n % 5, 0) < 3 as b, n % 2 = 0 as event
from generate_series(1, 1500) as n;
create table spread (like plain);
select create_distributed_table('spread', 'subject_id');
insert into spread select * from plain;
create table tried as
with
aggregate as (
	select aggregate.oid, proname, prorettype, proargtypes[0] as state, format('%s(%s)', aggregate.oid::regproc, arguments) as call
	from pg_proc as aggregate
	join pg_depend on objid = aggregate.oid and deptype = 'e' and refclassid = 'pg_extension'::regclass
	join pg_extension on pg_extension.oid = refobjid and extname = 'virotrial'
	cross join lateral (
		select string_agg(case
			when name = 'conf_level' then '0.9' when name = 'probability' then '0.25' when name = 'treated' then 'event' when name = 'person_years' then '1.5'
			when name in ('covariates', 'event', 'upper', 'replicate') then name
			else case type::regtype::text when 'boolean' then 'b' when 'double precision' then 'f' when 'text' then '"group"' when 'bigint' then 'few' when 'integer' then 'i' when 'date' then 'd'
				when 'viral_load' then 'vl' when 'log_reduction' then 'lr' when 'lab_value' then 'lv' when 'mutation' then 'm' when 'mutation[]' then 'array[m]' else 'state' end end, ', ' order by place) as arguments
		from unnest(proargtypes::oid[], proargnames) with ordinality as given (type, name, place)) as given
	where prokind = 'a' and pronamespace <> '_virotrial'::regnamespace)
select proname, oid::regprocedure::text as what, call,
	-- States of the same rows have them in any order.
	not exists (select from aggregate as rolled where rolled.proname = 'rollup' and rolled.state = aggregate.prorettype) as is_figure,
	coalesce('(select subject_id, "group", ' || (select min(maker.call) from aggregate as maker where aggregate.call ~ '\(state\)' and maker.prorettype = aggregate.state and maker.call !~ '\(state\)') || ' as state from %s group by subject_id, "group") as part', '%s') as source,
	null as plan_by_group, null as plan_by_subject, null as of_plain, null as of_spread
from aggregate;
do $$
declare
	one record;
	line text;
	by_group text;
	by_subject text;
	made record;
begin
	set local extra_float_digits = -5;
	for one in select * from tried loop
		by_group := 'select "group", ' || one.call || ' as figure from ' || one.source || ' group by "group"';
		by_subject := 'select subject_id, ' || one.call || ' as figure from ' || one.source || ' group by subject_id';
		for line in execute 'explain (verbose, costs off) ' || format(by_group, 'spread') loop
			update tried set plan_by_group = line where what = one.what and line ~ 'Query:';
		end loop;
		for line in execute 'explain (verbose, costs off) ' || format(by_subject, 'spread') loop
			update tried set plan_by_subject = line where what = one.what and line ~ 'Query:';
		end loop;
		-- Rows become text here, with as many digits as this session says.
		for made in execute format(by_group, 'plain') || ' order by 1' loop
			update tried set of_plain = concat(of_plain, made::text) where what = one.what;
		end loop;
		for made in execute format(by_group, 'spread') || ' order by 1' loop
			update tried set of_spread = concat(of_spread, made::text) where what = one.what;
		end loop;
	end loop;
end $$;
SQL
cmp_ok(sql('select count(*) from tried'), '>', 70, 'all aggregates were tried');
is(sql(q{select what, plan_by_group from tried where position('worker_partial_agg' in coalesce(plan_by_group, '')) = 0}), '', 'workers make states, where a group is on many of them');
is(sql(q{select what, plan_by_subject from tried where position(proname || '(' in coalesce(plan_by_subject, '')) = 0 or plan_by_subject ~ 'worker_partial_agg'}), '', 'and figures, where it is on one');
cmp_ok(sql('select count(*) from tried where is_figure and length(of_spread) > 12'), '>', 35, 'the figures');
is(sql('select what, of_plain, of_spread from tried where is_figure and of_spread is distinct from of_plain'), '', 'are those of a plain table');

# ---- the warehouse
# Workers need nothing of a study.
sql(q{set citus.enable_metadata_sync = off; call create_study('ral'); call create_study('placebo', 'raltegravir-placebo');
	call simulate_study('ral', subjects => 24, sites => 2, seed => 5); call simulate_study('placebo', subjects => 12, sites => 2, seed => 6)});
sub is_whole
{
	my ($name) = @_;
	for my $study (qw(ral placebo))
	{
		for (split /\n/, sql('select name, view from _virotrial.warehouse_table()'))
		{
			my ($table, $view) = split /\|/;
			is(sql("select made::text from warehouse.$table as made where study = '$study' order by 1"), sql("select made::text from (select '$study' as study, v.* from $study.$view as v) as made order by 1"), "$name: $table of $study");
		}
	}
}
sql(qq{call publish_warehouse('$_')}) for qw(ral placebo);
is(sql(q{select count(*) from citus_tables where table_name::text ~ 'warehouse' and distribution_column = 'subject_id' and citus_table_type = 'distributed'}), 15, 'five tables and their partitions are distributed by subject');
is(sql(q{select count(distinct colocation_id) from citus_tables where table_name::text ~ 'warehouse'}), 1, 'so that those of a subject are on one machine');
is_whole('published');
is(sql(q{update ral.subject set sex = case sex when 'male' then 'female' else 'male' end where subject_id = (select min(subject_id) from ral.subject); call publish_warehouse('ral'); select subjects from warehouse.publication where study = 'ral'}), 1, 'one subject is made anew');
is_whole('and the tables stay those of the views');
my $rates = q{select 'ral', analysis_visit, (response_rate(is_below_suppression_threshold)).* from warehouse.viral_load where study = 'ral' and is_analysis_record and viral_load is not null group by analysis_visit};
is(sql("select analysis_visit, responders, evaluable, rate, ci_lower, ci_upper from ($rates) as r where missing = 0 and analysis_visit in (select visit from ral.endpoint_virology) order by 1"),
	sql(q{select visit, responders, evaluable, rate, ci_lower, ci_upper from ral.endpoint_virology where "grouping" = 'all' and rule = 'observed' and threshold = 50 and unknown = 0 and evaluable > 0 order by 1}), 'rates are those of endpoint_virology');
is(sql(q{select analysis_visit, (log_reduction_summary(log_reduction)).n, round((log_reduction_summary(log_reduction)).mean_mle::numeric, 10), censored_quantile(log_reduction, 0.5) from warehouse.viral_load where study = 'ral' and is_analysis_record and analysis_visit = 'week 24' group by 1}),
	sql(q{select visit, n, round(mean_mle::numeric, 10), median from ral.endpoint_log_reduction where "grouping" = 'all' and visit = 'week 24'}), 'and falls those of endpoint_log_reduction');
like(sql("explain (verbose) $rates"), qr/Task Count: 4.*worker_partial_agg/s, 'workers compute them');

# ---- no table of a study that looks guarded and is not
sql(q{create table ral.later (site_id text, subject_id text, n integer, primary key (site_id, subject_id)); call guard('ral.later');
	insert into ral.rule (name, table_name, clause, condition) values ('small', 'later', '', 'n > 9')});
my $distribute = q{select create_distributed_table('ral.later', 'subject_id')};
my $bare = q{do $$ declare t name; begin for t in select tgname from pg_trigger where tgrelid = 'ral.later'::regclass and not tgisinternal loop execute format('drop trigger %I on ral.later', t); end loop; end $$};
my $unsafe = 'set citus.enable_unsafe_triggers = on';
my $told = qr/^distributed table\|ral\.later\n.*^distributed table\|ral\.later$/ms;
is(said_of('select'), '', 'nothing is said of a study on a coordinator');
like(said_of($distribute), qr/cannot distribute relation "later" because it has triggers/, 'a guarded table is not distributed');
like(said_of("$unsafe; $distribute"), $told, 'with unsafe triggers it is, and is said');
like(said_of("$unsafe; $distribute; insert into ral.later values ('S1', 'S1-001', $_)"), qr/is not a study|rules do not hold/, "and nothing is written to it: $_") for 3, 12;
like(said_of("$bare; $distribute"), $told, 'one whose triggers were dropped is said');
like(said_of("$bare; select create_reference_table('ral.later')"), $told, 'as a reference table');
like(said_of("$bare; $distribute; call guard('ral.later')"), qr/rules cannot guard ral\.later\n.*Citus keeps its rows/s, 'and is not guarded');
like(said_of(q{select citus_add_local_table_to_metadata('ral.later')}), $told, 'one that Citus keeps on the coordinator is said');
like(said_of(qq{select citus_add_local_table_to_metadata('ral.later'); insert into ral.later values ('S1', 'S1-001', $_)}), qr/rules do not hold on table "later_\d+"/, "and nothing is written to it: $_") for 3, 12;
is(said_of(q{select citus_add_local_table_to_metadata('ral.later'); select undistribute_table('ral.later'); insert into ral.later select site_id, subject_id, 3 from ral.subject limit 1}), '', 'until it is undistributed');
like(said_of(q{set citus.use_citus_managed_tables = on; create table ral.other (n integer primary key); call guard('ral.other')}), qr/rules cannot guard ral\.other/, 'one that Citus manages from the start is not guarded');
is(sql(q{set citus.use_citus_managed_tables = on; call create_study('managed'); select problem, object from study_problems('managed')}), '', 'the tables of a study are ordinary ones all the same');

done_testing();
