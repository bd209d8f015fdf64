# Censored values and states through dump and restore, a crash, and physical
# and logical replication.
use strict;
use warnings;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $primary = PostgreSQL::Test::Cluster->new('primary');
$primary->init(allows_streaming => 'logical');
$primary->append_conf('postgresql.conf', "checkpoint_timeout = 1h\nmax_wal_size = 1GB");
$primary->start;

my $schema = q{
create extension virotrial;
create domain quantified as viral_load check (value >= 20);
create table result (
    id int primary key,
    vl viral_load default 'TND<50' check (vl < 1e9),
    suppressed boolean generated always as (vl < 50) stored,
    baseline viral_load not null,
    fall log_reduction generated always as (log_reduction(baseline, vl)) stored,
    strict quantified,
    loads viral_load[]
);
create index result_vl on result (vl);
create index result_fall on result using brin (fall);
create index result_hash on result using hash (vl);
create index result_detected on result (id) where vl > 400;
create table tally (
    site int primary key,
    response response_tally, mean mean_tally, vl viral_load_tally, fall log_reduction_tally,
    vls viral_load_sample, falls log_reduction_sample
);
create view rate as select site, (response_rate(response)).* from tally;
create materialized view summary as select (log_reduction_summary(rollup(fall))).* from tally;
};
my $rows = q{
select setseed(0.3);
insert into result (id, vl, baseline, strict, loads)
select id, vl, viral_load(exp(4 + random() * 10)), case when vl >= 20 then vl end, array[vl, null, '<20']
from (select id, case id % 7 when 0 then '<50' when 1 then 'TND<20' when 2 then 'TND' when 3 then null
                             when 4 then '>10000000' else viral_load(exp(random() * 15)) end as vl
      from generate_series(1, 5000) id) draw;
insert into result (id, baseline) values (0, '1e5');
insert into tally
select id % 4, response_tally(vl < 50), mean_tally(log10_copies(vl)), viral_load_tally(vl), log_reduction_tally(fall),
       viral_load_sample(vl), log_reduction_sample(fall)
from result group by id % 4;
refresh materialized view summary;
};

# One digest of all that is stored, of the index and of what is computed from states.
my $digest = q{
set enable_seqscan = on;
select md5(string_agg(r::text, E'\n' order by id)) from result r;
select md5(string_agg(t::text, E'\n' order by site)) from tally t;
select md5(string_agg(r::text, E'\n' order by site)) from rate r;
select s::text from summary s;
set enable_seqscan = off;
select count(*), sum(id) from result where vl < 50;
select count(*), sum(id) from result where vl = '<50';
select count(*), sum(id) from result where fall > 2;
select pg_get_constraintdef(oid) from pg_constraint where conrelid = 'result'::regclass order by 1;
select pg_get_indexdef(indexrelid) from pg_index where indrelid = 'result'::regclass order by 1;
};

$primary->safe_psql('postgres', "create database trial");
$primary->safe_psql('trial', $schema);
$primary->safe_psql('trial', $rows);
my $original = $primary->safe_psql('trial', $digest);
like($original, qr/^[0-9a-f]{32}\n/, 'the database has a digest');

# Dump and restore, in both formats and with binary COPY left out of it.
my $directory = PostgreSQL::Test::Utils::tempdir();
$primary->command_ok([ 'pg_dump', '-Fc', '-f', "$directory/trial.dump", 'trial' ], 'dump, custom format');
$primary->safe_psql('postgres', "create database restored_custom");
$primary->command_ok([ 'pg_restore', '-e', '-d', 'restored_custom', "$directory/trial.dump" ], 'restore, custom format');
is($primary->safe_psql('restored_custom', $digest), $original, 'restored from the custom format');

$primary->command_ok([ 'pg_dump', '-Fp', '-f', "$directory/trial.sql", 'trial' ], 'dump, plain');
$primary->safe_psql('postgres', "create database restored_plain");
$primary->command_ok([ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-d', 'restored_plain', '-f', "$directory/trial.sql" ],
	'restore, plain');
is($primary->safe_psql('restored_plain', $digest), $original, 'restored from plain SQL');

$primary->command_ok([ 'pg_dump', '--inserts', '-f', "$directory/inserts.sql", '-t', 'result', '--data-only', 'trial' ],
	'dump as inserts');
$primary->safe_psql('restored_plain', 'truncate result');
$primary->command_ok([ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-d', 'restored_plain', '-f', "$directory/inserts.sql" ],
	'restore of inserts');
is($primary->safe_psql('restored_plain', $digest), $original, 'restored from inserts');

# A standby answers alike, from its indexes too.
$primary->backup('base');
my $standby = PostgreSQL::Test::Cluster->new('standby');
$standby->init_from_backup($primary, 'base', has_streaming => 1);
$standby->start;

# Logical replication, in text and in binary, of the values and of the states.
my $subscriber = PostgreSQL::Test::Cluster->new('subscriber');
$subscriber->init;
$subscriber->start;
$primary->safe_psql('trial', 'create publication everything for table result, tally');
my $connection = $primary->connstr . ' dbname=trial';
foreach my $binary ('false', 'true')
{
	$subscriber->safe_psql('postgres', "create database $_") foreach "binary_$binary";
	$subscriber->safe_psql("binary_$binary", $schema);
	$subscriber->safe_psql("binary_$binary",
		"create subscription s_$binary connection '$connection' publication everything with (binary = $binary)");
	$subscriber->wait_for_subscription_sync($primary, "s_$binary", "binary_$binary")
	  if $subscriber->can('wait_for_subscription_sync');
	$subscriber->poll_query_until("binary_$binary",
		"select count(*) = 0 from pg_subscription_rel where srsubstate not in ('r', 's')") or die 'no initial copy';
}

# Rows that come after the initial copy; a crash before any checkpoint of them.
my $later = q{
insert into result (id, vl, baseline, loads) select id, (array['<50', 'TND', '123.456', '>1e7'])[1 + id % 4]::viral_load, '1e5', null
from generate_series(5001, 6000) id;
update result set vl = '<20', strict = null where id % 10 = 0;
delete from result where id % 11 = 0;
update tally set response = (select response_tally(vl < 50) from result), fall = (select log_reduction_tally(fall) from result)
where site = 1;
};
$primary->safe_psql('postgres', 'checkpoint');
$primary->safe_psql('trial', $later);
my $after = $primary->safe_psql('trial', $digest);
isnt($after, $original, 'later rows change the digest');
$primary->stop('immediate');
$primary->start;
is($primary->safe_psql('trial', $digest), $after, 'nothing is lost in a crash');
$primary->safe_psql('trial', q{
do $$
begin
    if exists (select from pg_available_extensions where name = 'amcheck') then
        create extension amcheck;
        perform bt_index_check('result_vl', true);
        drop extension amcheck;
    end if;
end
$$});
pass('the index is whole after a crash');

$primary->wait_for_catchup($standby);
is($standby->safe_psql('trial', $digest), $after, 'the standby has the same');
$standby->stop;
foreach my $binary ('false', 'true')
{
	$primary->wait_for_catchup("s_$binary");
	$subscriber->safe_psql("binary_$binary", 'refresh materialized view summary');
	my $expected = $primary->safe_psql('trial', "refresh materialized view summary; $digest");
	is($subscriber->safe_psql("binary_$binary", $digest), $expected, "logical replication, binary = $binary");
	$subscriber->safe_psql("binary_$binary", "drop subscription s_$binary");
}
$subscriber->stop;
$primary->stop;
done_testing();
