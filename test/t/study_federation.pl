# Two sites and a centre that copies no patient: the sites share states, and the centre
# rolls them up by postgres_fdw.  Its figures are those of the study that was copied.
use strict;
use warnings;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init(extra => [ '--encoding', 'UTF8', '--locale', 'C' ]);
$node->append_conf('postgresql.conf', "fsync = off\njit = off\n");
$node->start;

sub sql
{
	my ($database, $sql) = @_;
	return $node->safe_psql($database, "set client_min_messages = warning; $sql");
}

sub error_of
{
	my ($database, $sql) = @_;
	my ($code, $out, $error) = $node->psql($database, $sql);

	return $error =~ /ERROR:\s+(.*)/s ? $1 : $out;
}

# Study ral has the rows of both sites, and at each site those of the site.
sql('postgres', <<'SQL');
create extension virotrial;
create extension postgres_fdw;
call create_study('ral');
call simulate_study('ral', subjects => 90, sites => 3, seed => 11);
create role reader login;
create table sample (vl viral_load, lr log_reduction, lv lab_value, m mutation, vl2 viral_load, lr2 log_reduction, lv2 lab_value, m2 mutation, f float8, fs float8[], n bigint, i integer, d date, num numeric, b boolean, t text, raw bytea);
SQL
for my $site (qw(S1 S2 S3))
{
	sql('template1', "create database \L$site\E template postgres");
	sql(lc $site, <<"SQL");
set session_replication_role = replica;
do \$\$
declare
	kept regclass;
begin
	for kept in select relation from _virotrial.study_relation('ral') where has_site and kind not in ('view', 'step', 'conduct', 'site', 'site_access') loop
		execute format('delete from %s where site_id <> %L', kept, '$site');
	end loop;
end \$\$;
SQL
}

# What is refused
like(error_of('s1', q{call share_study('none', 'reader')}), qr/there is no study "none".*HINT:/s, 'a study that is not there');
like(error_of('s1', q{call share_study('ral', 'reader', minimum_cell => -1)}), qr/minimum_cell cannot be -1.*HINT:/s, 'a negative cell');
like(error_of('s1', q{set role reader; call share_study('ral', 'reader')}), qr/permission denied|belongs to "/, 'who does not own the study shares nothing');
like(error_of('postgres', q{call federate_study('ral', '{nowhere}')}), qr/DETAIL:\s+There is no server of postgres_fdw with the name "nowhere".*HINT:.*create server/s, 'a server that is not there');
like(error_of('postgres', q{call federate_study('ral', '{}')}), qr/needs servers.*DETAIL:\s+A server is named twice, or none\./s, 'or none');

my $socket = $node->host;
my $port = $node->port;
for my $site (qw(s1 s2 s3))
{
	sql($site, q{call secure_study('ral')}) if $site eq 's3';
	sql($site, q{call share_study('ral', 'reader')});
	sql('postgres', qq{
		create server $site foreign data wrapper postgres_fdw options (host '$socket', port '$port', dbname '$site', extensions 'virotrial');
		create user mapping for current_user server $site options (user 'reader')});
}
is(sql('s3', q{set role reader; select count(*) from ral_shared._virology_part}), 0, 'a secured study shows nothing to who has no site');
sql('s3', q{insert into ral.site_access values ('reader', '*')});
like(error_of('s1', q{call share_study('ral', 'reader')}), qr/there is a schema "ral_shared".*HINT:\s+drop schema ral_shared cascade/s, 'it is shared once');
is(sql('s1', q{select string_agg(attname, ', ') from pg_attribute where attrelid in (select oid from pg_class where relnamespace = 'ral_shared'::regnamespace) and attname ~ 'subject_id|date$|age|birth'}), '', 'no view that is shared names a subject or a day');
like(error_of('s1', "set role reader; select count(*) from ral.$_"), qr/permission denied/, "who reads what is shared does not read $_") for qw(subject _virology_part endpoint_virology);

# Federated figures are those of the copied study, to the digit.
sql('postgres', q{call federate_study('ral', '{s1,s2,s3}')});
for my $view (qw(endpoint_virology endpoint_log_reduction endpoint_cd4))
{
	my $copied = sql('postgres', "select * from ral.$view");

	cmp_ok(scalar(split /\n/, $copied), '>', 12, "$view has rows");
	is(sql('postgres', "select * from ral_federated.$view"), $copied, "$view over the sites' states is that of the copied study");
}
is(sql('postgres', q{select variable, survival_curve_rows(rollup(curve)) from ral_federated._survival_part group by variable order by 1}),
	sql('postgres', q{select variable, survival_curve_rows(rollup(curve)) from ral._survival_part group by variable order by 1}), 'as are the survival curves');
is(sql('postgres', q{select * from ral_federated._survival_part order by 1, 2, 3}), sql('postgres', q{select * from ral._survival_part order by 1, 2, 3}), 'and the states');
like(sql('postgres', q{explain (verbose) select * from ral_federated.endpoint_virology}),
	qr/Append.*(Async Foreign Scan on ral_federated\.s\d_virology_part.*){3}/s, 'the sites work at the same time');
like(sql('postgres', q{explain (verbose) select * from ral_federated.endpoint_virology}), qr/Remote SQL: .* WHERE \(\(subjects >= 0\)\)/, 'and leave small cells out themselves');
sql('s1', q{set session_replication_role = replica; update ral.viral_load_result set viral_load = '100000' where visit = 'week 24'});
isnt(sql('postgres', "select * from ral_federated.$_"), sql('postgres', "select * from ral.$_"), "a change at a site shows at once: $_") for qw(endpoint_virology endpoint_log_reduction);
sql('postgres', q{alter server s2 options (add options '-c virotrial.data_cut=2009-01-01')});
is(sql('postgres', q{select distinct group_value, data_cut from ral_federated.endpoint_cd4 where "grouping" <> 'all' order by 1}), "S1|\nS2|2009-01-01\nS3|", 'a data cut is one of the site that has it');
is(sql('postgres', q{select distinct subjects, data_cut from ral_federated.endpoint_cd4 where "grouping" = 'all' and visit = 'week 4' order by 2}),
	sql('postgres', q{select sum(subjects), data_cut from ral_federated._cd4_part where visit = 'week 4' group by data_cut order by 2}), 'and those of one data cut are added up');
sql('postgres', q{alter server s2 options (drop options)});

# A server that shares a site of another one
sql('postgres', qq{
	create server again foreign data wrapper postgres_fdw options (host '$socket', port '$port', dbname 's1', extensions 'virotrial');
	create user mapping for current_user server again options (user 'reader');
	drop schema ral_federated cascade; call federate_study('ral', '{s1,again}')});
like(error_of('postgres', "select * from ral_federated.$_"), qr/servers "again" and "s1" share the same site S1.*DETAIL:.*counted twice.*HINT:/s, "no site is counted twice: $_")
	for qw(endpoint_virology endpoint_log_reduction endpoint_cd4 _survival_part);
# Another version may have the columns in another order.
sql('s2', q{create view ral_shared.turned as select "grouping", group_value, visit, position, place, response, threshold, rule_place, rule, evaluable, responders, subjects, missing, unknown, data_cut from ral._virology_part;
	drop view ral_shared._virology_part; alter view ral_shared.turned rename to _virology_part; grant select on ral_shared._virology_part to reader});
my $of_s2 = q{select * from %s._virology_part where group_value = 'S2' order by position, place, rule_place};
sql('postgres', q{drop schema ral_federated cascade; call federate_study('ral', '{s1,s2,s3}')});
is(sql('postgres', sprintf($of_s2, 'ral_federated')), sql('postgres', sprintf($of_s2, 'ral')), 'columns are told by their names');

# Small cells
# The second smallest size that a group has: the smallest that is shown.
my $sizes = 'subjects from ral_federated._log_reduction_part';
my $least = sql('postgres', "select distinct $sizes order by 1 offset 1 limit 1");
my $cells = "select count(*) from ral_federated._log_reduction_part where subjects";
my $known = sql('postgres', "$cells >= $least");
sql('postgres', "drop schema ral_federated cascade; call federate_study('ral', '{s1,s2,s3}', minimum_cell => $least)");
is(sql('postgres', "$cells < $least"), 0, 'the centre leaves small cells out');
is(sql('postgres', "$cells > 0"), $known, 'and those alone');
is(sql('postgres', q{select subjects from ral_federated.endpoint_log_reduction where "grouping" = 'all' order by position}),
	sql('postgres', "select sum(subjects) from ral._log_reduction_part where subjects >= $least group by position order by position"), 'no total tells them');
sql('postgres', q{drop schema ral_federated cascade; call federate_study('ral', '{s1,s2,s3}')});
sql($_, "drop schema ral_shared cascade; call share_study('ral', 'reader', minimum_cell => $least)") for qw(s1 s2 s3);
is(sql('postgres', "$cells < $least"), 0, 'a site does not send them, whatever the centre asks');
is(sql('postgres', "$cells > 0"), $known, 'and sends the others');
sql('s1', q{drop schema ral_shared cascade; call share_study('ral', 'reader', data_cut => '2009-01-01')});
is(sql('s1', "set role reader; set virotrial.data_cut = '$_'; select count(*) > 0 from ral_shared._cd4_part"), $_ eq '2009-01-01' ? 't' : 'f', "one data cut is shared, so that two cannot be compared: $_")
	for qw(2009-01-01 2009-01-02);
is(sql('s1', q{set role reader; select count(*) from ral_shared._cd4_part}), 0, 'nor is that of today');
is(sql('s1', "select count(*) from pg_class where relnamespace = 'ral_shared'::regnamespace and relkind = 'v' and not coalesce(reloptions::text, '') ~ 'security_barrier'"), 0, 'no function of the reader sees them');

# Every aggregate and every comparison of ours is computed at the site.
sql('s1', q{grant select on sample to reader});
sql('postgres', q{create schema far; import foreign schema public limit to (sample) from server s1 into far});
my $shipped = sql('postgres', <<'SQL');
create temporary table tried (what text, statement text, expected text, plan text);
insert into tried select aggregate.oid::regprocedure, format('explain (verbose, costs off) select t, %s(%s) from far.sample group by t', aggregate.oid::regproc, arguments), proname || '('
from pg_proc as aggregate
join pg_depend on objid = aggregate.oid and deptype = 'e' and refclassid = 'pg_extension'::regclass
join pg_extension on pg_extension.oid = refobjid and extname = 'virotrial'
cross join lateral (
	select string_agg((select quote_ident(min(attname)) from pg_attribute where attrelid = 'far.sample'::regclass and attnum > 0 and atttypid = type), ', ' order by place) as arguments,
		count(*) filter (where exists (select from pg_attribute where attrelid = 'far.sample'::regclass and attnum > 0 and atttypid = type)) = pronargs as is_known
	from unnest(proargtypes::oid[]) with ordinality as given (type, place)) as given
where prokind = 'a' and is_known and pronamespace <> '_virotrial'::regnamespace
	-- PostgreSQL sends no array of a type that an extension has.
	and proname <> 'cumulative_genotype';
insert into tried select operator.oid::regoperator, format('explain (verbose, costs off) select count(*) from far.sample where %s %s %s', a.attname, oprname, b.attname), format('OPERATOR(public.%s)', oprname)
from pg_operator as operator
join pg_attribute as a on a.attrelid = 'far.sample'::regclass and a.atttypid = oprleft
join pg_attribute as b on b.attrelid = 'far.sample'::regclass and b.atttypid = oprright
where oprnamespace = 'public'::regnamespace and oprresult = 'boolean'::regtype and a.attname !~ '2' and (oprleft <> oprright or b.attname ~ '2');
do $$
declare
	one record;
	line text;
begin
	for one in select * from tried loop
		for line in execute one.statement loop
			if line ~ 'Remote SQL' then
				update tried set plan = line where what = one.what;
			end if;
		end loop;
	end loop;
end $$;
select count(*) from tried where position(expected in plan) > 0;
select what, statement, plan from tried where position(expected in coalesce(plan, '')) = 0;
SQL
my ($count, @others) = split /\n/, $shipped;
cmp_ok($count, '>', 60, 'aggregates and operators are shipped');
is("@others", '', 'all of them');

done_testing();
