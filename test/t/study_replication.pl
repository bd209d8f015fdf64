# Rules, criteria and the protocol arrive by logical replication, and count in
# every open session of the subscriber from the commit on.  A rule that cannot
# run there stops local writes to its table, and not the subscription.
use strict;
use warnings;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $publisher = PostgreSQL::Test::Cluster->new('publisher');
$publisher->init(allows_streaming => 'logical');
$publisher->start;
my $subscriber = PostgreSQL::Test::Cluster->new('subscriber');
$subscriber->init;
$subscriber->start;
$_->safe_psql('postgres', "create extension virotrial; set client_min_messages = warning; call create_study('ral')") for $publisher, $subscriber;
$publisher->safe_psql('postgres', 'create publication configuration for table ral.rule, ral.rule_context, ral.eligibility_criterion, ral.protocol');
$subscriber->safe_psql('postgres', sprintf("create subscription configuration connection '%s dbname=postgres' publication configuration with (copy_data = false)",
	$publisher->connstr));
$subscriber->safe_psql('postgres', q{
	insert into ral.site (site_id, name) values ('S1', 'First');
	insert into ral.subject (site_id, subject_id, birth_date, sex) values ('S1', '001', '1970-06-15', 'female');
	insert into ral.consent (site_id, subject_id, version, signed) values ('S1', '001', '1.0', '2008-01-10');
	insert into ral.visit (site_id, subject_id, visit, visit_date) values ('S1', '001', 'screening', '2008-01-14');
});

# A session that is open all the time, and has read the rules.
my $session = $subscriber->background_psql('postgres', on_error_stop => 0);
my $replicate = 0;

sub in_session
{
	my ($sql) = @_;
	$session->{stderr} = '';
	my $out = $session->query($sql);
	return $session->{stderr} =~ /ERROR:\s+(.*)/s ? $1 : $out;
}

# What becomes of a CD4 count at screening in that session
sub count_of
{
	my ($count) = @_;
	$replicate++;
	return in_session("insert into ral.cd4_result (site_id, subject_id, collected, visit, replicate, cd4_count)
		values ('S1', '001', '2008-01-14', 'screening', $replicate, $count);") || 'accepted';
}

sub publish
{
	my ($sql) = @_;
	$publisher->safe_psql('postgres', $sql);
	$publisher->wait_for_catchup('configuration');
	return;
}

is(count_of(950), 'accepted', 'a count that no rule is about');
publish(q{insert into ral.rule (name, table_name, clause, condition) values ('implausible', 'cd4_result', '', 'cd4_count > 900')});
like(count_of(950), qr/rule "implausible" of table "cd4_result" is broken/, 'a rule that arrived');
publish(q{update ral.rule set condition = 'cd4_count > 990' where name = 'implausible'});
is(count_of(950), 'accepted', 'a condition that arrived takes the place of the other');
like(count_of(991), qr/rule "implausible"/, 'and refuses');
publish(q{update ral.rule_context set query = replace(query, 'changed.*', 'changed.*, 800 as limit_here') where table_name = 'cd4_result';
	update ral.rule set condition = 'cd4_count > limit_here' where name = 'implausible'});
like(count_of(950), qr/rule "implausible"/, 'a context that arrived');
publish(q{delete from ral.rule where name = 'implausible'});
is(count_of(991), 'accepted', 'a rule that went');

# The protocol and the criteria
publish(q{call amend_protocol('ral', '2008-01-01', cd4_method => 'microscopy')});
like(count_of(500), qr/rule "cd4_method".*counted by flow cytometry instead of microscopy/s, 'an amendment that arrived');
publish(q{update ral.protocol set cd4_method = 'flow cytometry'});
is(count_of(500), 'accepted', 'a row of the protocol that arrived');
my $verdict = q{select verdict from eligibility('ral', '001') where criterion = 'age';};
is(in_session($verdict), 'met', 'a criterion');
publish(q{update ral.eligibility_criterion set query = 'select site_id, subject_id, false, ''none'' from candidate' where criterion = 'age'});
is(in_session($verdict), 'not met', 'a criterion that arrived');
publish(q{update ral.eligibility_criterion set query = 'select site_id, subject_id, true, ''all'' from candidate' where criterion = 'age'});

# A rule that runs at the publisher alone
$publisher->safe_psql('postgres', 'alter table ral.cd4_result add column counted_by text');
publish(q{insert into ral.rule (name, table_name, clause, condition) values ('counter', 'cd4_result', '', 'counted_by is null')});
like(count_of(500), qr/column "counted_by" does not exist.*rule "counter" of table "cd4_result"/s, 'a rule that cannot run here is named');
is(in_session(q{insert into ral.viral_load_result (site_id, subject_id, collected, assay, viral_load) values ('S1', '001', '2008-01-13', 'Quantiplex 3.0', '500');}), '',
	'other tables are written to');
is($subscriber->safe_psql('postgres', q{select problem, object, detail from study_problems('ral')}),
	'rule that cannot run|counter of cd4_result|column "counted_by" does not exist', 'study_problems() lists it');
like($subscriber->safe_psql('postgres', q{select rule, reason from violations('ral')}), qr/counter\|the rule cannot run/, 'as does violations()');
publish(q{update ral.rule set active = false where name = 'counter'});
is(count_of(500), 'accepted', 'the subscription goes on, and brings its end');
publish(q{set session_replication_role = replica; truncate ral.rule});
is(in_session(q{insert into ral.cd4_result (site_id, subject_id, collected, cd4_count) values ('S1', '001', current_date + 1, 500);}), '', 'a truncation');

$session->quit;
$subscriber->stop;
$publisher->stop;
done_testing();
