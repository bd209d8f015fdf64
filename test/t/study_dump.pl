# A study is dumped and restored by every way that pg_dump has: no rule fires
# wrongly and nothing differs, by a digest of every table.  Its owner is no
# superuser.
use strict;
use warnings;

use File::Basename;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

# make test-partitions sets it.
my $partitions = $ENV{VIROTRIAL_PARTITIONS} || 'null';
my $node = PostgreSQL::Test::Cluster->new('study');
$node->init(auth_extra => [ '--create-role', 'owner' ]);
$node->start;
my $directory = PostgreSQL::Test::Utils::tempdir();

sub sql
{
	my ($database, $sql, $user) = @_;
	my $connection = $node->connstr($database) . ($user ? " user=$user" : '');
	my ($out, $err) = ('', '');
	my $status = IPC::Run::run([ 'psql', '-XAtq', '-v', 'ON_ERROR_STOP=1', '-d', $connection, '-f', '-' ],
		'<', \$sql, '>', \$out, '2>', \$err);
	chomp $out;
	return wantarray ? ($status, $out, $err) : $out;
}

sub lives
{
	my ($database, $sql, $user, $name) = @_;
	my ($status, $out, $err) = sql($database, $sql, $user);
	return ok($status, $name) || diag($err);
}

sub refused
{
	my ($database, $sql, $user, $like, $name) = @_;
	my ($status, $out, $err) = sql($database, $sql, $user);
	return like($status ? '' : $err, $like, $name);
}

# Every row of every table of a study, and every object in it, unless rows alone
# are asked for: majors write some objects differently.
sub digest
{
	my ($database, $rows_alone) = @_;
	my $tables = sql($database, q{
		select string_agg(format('select %L, count(*), md5(string_agg(t::text, chr(10) order by t::text)) from ral.%I as t', relname, relname),
			' union all ' order by relname)
		from pg_class where relnamespace = 'ral'::regnamespace and relkind = 'r'});
	my $objects = q{
		select 'columns', count(*), md5(string_agg(concat_ws('|', table_name, column_name, data_type, column_default, is_nullable,
			col_description(format('ral.%I', table_name)::regclass, ordinal_position)), ';' order by table_name, ordinal_position))
		from information_schema.columns where table_schema = 'ral'
		union all
		select 'triggers', count(*), md5(string_agg(pg_get_triggerdef(t.oid), ';' order by tgrelid::regclass::text, tgname))
		from pg_trigger t join pg_class c on c.oid = tgrelid where relnamespace = 'ral'::regnamespace and not tgisinternal
		union all
		select 'constraints', count(*), md5(string_agg(pg_get_constraintdef(oid), ';' order by conrelid::regclass::text, conname))
		from pg_constraint where connamespace = 'ral'::regnamespace
		union all
		select 'owners', count(*), md5(string_agg(relname || relowner::regrole, ';' order by relname))
		from pg_class where relnamespace = 'ral'::regnamespace and relkind in ('r', 'v')};
	return sql($database, "set search_path = public; $tables" . ($rows_alone ? '' : " union all $objects") . ' order by 1');
}

sql('postgres', q{
	create role owner login;
	create role clerk login;
	create role reader login;
	create role meddler login;
	create database trial owner owner;
});
sql('trial', 'create extension virotrial');

# The owner makes a study, with deviations, censored values and amendments.
lives('trial', "call create_study('ral', partitions => $partitions)", 'owner', 'a role that is not a superuser makes a study');
lives('trial', q{
	insert into ral.site (site_id, name) values ('S1', 'First');
	insert into ral.subject (site_id, subject_id, birth_date, sex) select 'S1', to_char(i, 'FM000'), '1970-06-15', 'female' from generate_series(1, 20) as i;
	insert into ral.consent (site_id, subject_id, version, signed) select site_id, subject_id, '1.0', '2008-01-10' from ral.subject;
	insert into ral.hiv_diagnosis (site_id, subject_id, diagnosed, guideline, confirmed, confirmatory_test)
		select site_id, subject_id, '2003-01-10', 'China 2005', '2003-02-01', 'Western blot' from ral.subject;
	insert into ral.art_history (site_id, subject_id, drug, started, stopped)
		select site_id, subject_id, drug, '2004-01-01', '2008-01-01' from ral.subject, unnest(array['AZT', '3TC', 'NVP']) as drug;
	insert into ral.viral_load_result (site_id, subject_id, collected, assay, viral_load)
		select site_id, subject_id, collected::date, 'Quantiplex 3.0', viral_load::viral_load
		from ral.subject, (values ('2003-12-20', '120000'), ('2005-12-20', '20000'), ('2006-12-20', 'TND')) as r (collected, viral_load);
	insert into ral.genotype (site_id, subject_id, collected, genes, mutations)
		select site_id, subject_id, '2007-12-01', '{PR,RT}', mutations('RT: K65R, K103K/N, M184V; PR: L90M') from ral.subject;
	insert into ral.genotype_drug_call (site_id, subject_id, collected, drug, call)
		select site_id, subject_id, '2007-12-01', drug, 'resistant' from ral.subject, unnest(array['3TC', 'NVP']) as drug;
	insert into ral.visit (site_id, subject_id, visit, visit_date) select site_id, subject_id, 'screening', '2008-01-15' from ral.subject;
	insert into ral.viral_load_result (site_id, subject_id, collected, visit, assay, viral_load)
		select site_id, subject_id, '2008-01-15', 'screening', 'Amplicor', '50000' from ral.subject;
	insert into ral.missing_result (site_id, subject_id, assessment, collected, reason)
		select site_id, subject_id, assessment, '2008-01-16', 'not done' from ral.subject, unnest(array['viral load', 'CD4']) as assessment;
	insert into ral.enrolment (site_id, subject_id, enrolled, first_dose) select site_id, subject_id, '2008-02-01', '2008-02-01' from ral.subject;
	insert into ral.regimen (site_id, subject_id, drug, started, dose_mg, doses_per_day)
		select site_id, subject_id, drug, '2008-02-01', 400, 2 from ral.subject, unnest(array['RAL', 'DRV']) as drug;
	insert into ral.visit (site_id, subject_id, visit, visit_date, deviation_reason)
		select site_id, subject_id, 'week 4', '2008-03-31', 'flood' from ral.subject;
	insert into ral.viral_load_result (site_id, subject_id, collected, visit, assay, viral_load)
		select site_id, subject_id, '2008-03-31', 'week 4', 'Quantiplex 3.0', '<50' from ral.subject;
	insert into ral.cd4_result (site_id, subject_id, collected, visit, cd4_count) select site_id, subject_id, '2008-03-31', 'week 4', 321 from ral.subject;
	insert into ral.reference_range (laboratory, test, unit, lln, uln) values ('Central', 'ALT', 'U/L', null, 40), ('Central', 'CREAT', 'umol/L', 45, 104);
	insert into ral.lab_unit (test, unit, multiplier, divisor) values ('ALT', 'U/g', 1, 1);
	insert into ral.lab_result (site_id, subject_id, collected, visit, test, laboratory, reported, value, unit, code, fasting)
		select site_id, subject_id, '2008-03-31', 'week 4', test, 'Central', reported, value::lab_value, unit, code, fasting
		from ral.subject, (values ('ALT', '410 (repeated)', '410', 'U/g', null, null), ('CREAT', null, '1.1', 'mg/dL', null, null),
			('GLUC', '< 90', '<90', 'mg/dL', null, true), ('PROT', null, null, null, '3+', null), ('QTCFAG', null, '431', 'ms', null, null))
			as r (test, reported, value, unit, code, fasting);
	insert into ral.adverse_event (site_id, subject_id, event_number, term, complaint, coded_term, dictionary, dictionary_version, onset, ended, grade,
			is_serious, requires_hospitalization, aware_at, reported_at, action_taken, outcome)
		select site_id, subject_id, 1, 'vomited', 'vomiting', 'Vomiting', 'MedDRA', '11.0', '2008-03', '2008-04-02', 3,
			true, true, '2008-03-20 08:00+08', '2008-03-23 08:00+08', 'DOSE NOT CHANGED', 'RECOVERED/RESOLVED' from ral.subject;
	insert into ral.adverse_event_relatedness (site_id, subject_id, event_number, drug, relatedness)
		select site_id, subject_id, 1, drug, 'possibly related' from ral.subject, unnest(array['RAL', 'DRV']) as drug;
	insert into ral.toxicity_grade_table (id, scheme, test, parameter, direction, grade, lower_bound, lower_inclusive, lower_basis, verification)
		values (9001, 'protocol 7', 'ALT', 'ALT', 'H', 2, 3, true, 'ULN', 'protocol');
	insert into ral.visit_definition values ('week 4', '2008-06-01', 2, 29, 25, 33, 2, 56);
	insert into ral.rule (name, table_name, clause, query) values ('cd4_fall', 'cd4_result', 'data management plan',
		'select site_id, subject_id, collected::text, ''below 10'' from changed where cd4_count < 10');
}, 'owner', 'and fills it');
is(sql('trial', q{select count(*) from ral.deviation}), 60, 'with deviations');

# An algorithm, and backgrounds that need a justification by it
my $document = PostgreSQL::Test::Utils::slurp_file(dirname(__FILE__) . '/../../demo/resistance_algorithm.xml');
$document =~ s/'/''/g;
lives('trial', qq{
	select load_resistance_algorithm('$document', 'ral');
	update ral.regimen set justification = 'nothing else was at hand' where drug = 'RAL';
	update ral.protocol set resistance_algorithm = 'Demonstration', resistance_algorithm_version = '1';
}, 'owner', 'a resistance algorithm is loaded into the study');
is(sql('trial', q{select count(*) from ral.deviation where rule = 'background_not_fully_active' and description ~ 'nothing else was at hand'}), 20,
	'by which the backgrounds fall short');
is(sql('trial', q{select count(*) from ral.unreported_abnormality}), 40, 'and severe abnormalities');

lives('trial', q{
	insert into ral.query (table_name, row_key, message) select 'cd4_result', to_jsonb(c), 'Right?' from ral.cd4_result as c;
	insert into ral.query_event (query_id, action, message) select query_id, 'answer', 'Yes.' from ral.query;
	insert into ral.source_verification (table_name, row_key) select 'viral_load_result', to_jsonb(v) from ral.viral_load_result as v;
}, 'owner', 'results are asked about, and verified');

# Roles
sql('trial', q{
	grant usage on schema ral to clerk, reader;
	grant insert on ral.visit, ral.viral_load_result to clerk;
	grant select on ral.analysis_subject, ral.analysis_viral_load, ral.accrual, ral.obt_activity, ral.genotype_disagreement to reader;
}, 'owner');
lives('trial', q{insert into ral.visit (site_id, subject_id, visit, visit_date) values ('S1', '001', 'week 12', '2008-04-25')},
	'clerk', 'a clerk who may only insert visits inserts one, though the rules read other tables');
is(sql('trial', q{select entered_by from ral.visit where visit = 'week 12'}), 'clerk', 'and is named as who entered it');
refused('trial', q{insert into ral.visit (site_id, subject_id, visit, visit_date) values ('S1', '002', 'week 12', '2008-02-25')},
	'clerk', qr/rule "visit_window"/, 'but not one outside its window');
refused('trial', q{insert into ral.rule (name, table_name, clause, query) values ('x', 'visit', '', 'select 1, 2, 3, 4')},
	'clerk', qr/permission denied/, 'and writes no rules');
refused('trial', q{create table mine (a int); create trigger t after insert on mine for each statement execute function _virotrial.enforce()},
	'clerk', qr/permission denied|is not a study/, 'nor uses them elsewhere');
# What a role with the privilege TRIGGER gives to _virotrial.enforce() is not run.
sql('trial', q{grant usage on schema ral to meddler; grant insert, trigger on ral.cd4_result to meddler}, 'owner');
lives('trial', q{create trigger mine after insert on ral.cd4_result referencing new table as changed
		for each statement execute function _virotrial.enforce('delete from ral.rule', 'select site_id, subject_id, null, null from changed; delete from ral.rule')},
	'meddler', 'a role with the privilege TRIGGER can make one of _virotrial.enforce()');
lives('trial', q{insert into ral.cd4_result (site_id, subject_id, collected, cd4_count) values ('S1', '001', '2007-01-01', 200)}, 'meddler', 'which does what it always does');
refused('trial', q{insert into ral.cd4_result (site_id, subject_id, collected, cd4_count) values ('S1', '001', '2007-01-02', 9)},
	'meddler', qr/rule "cd4_fall" of table "cd4_result"/, 'and no more');
refused('trial', q{create trigger other after insert on ral.cd4_result referencing new table as added
		for each statement execute function _virotrial.enforce(); insert into ral.cd4_result (site_id, subject_id, collected, cd4_count) values ('S1', '001', '2007-01-02', 200)},
	'meddler', qr/must be declared as the procedure guard/, 'nor with other transition tables');
refused('trial', q{select * from ral.protocol_in_force('S1', '2008-01-01')}, 'meddler', qr/permission denied/, 'the protocol is not read through protocol_in_force()');
sql('trial', q{drop trigger mine on ral.cd4_result; drop trigger if exists other on ral.cd4_result; delete from ral.cd4_result where collected < '2008-01-01'}, 'owner');

# The owner amends, adds and retires.
lives('trial', q{
	begin;
	insert into ral.protocol select (jsonb_populate_record(p, '{"effective_from": "2009-01-01", "amendment": "first", "minimum_age": 21}')).* from ral.protocol as p;
	update ral.rule set active = false where name = 'cd4_fall';
	update ral.rule set priority = 1 where name = 'visit_window';
	delete from ral.rule where name = 'cd4_method';
	rollback;
}, 'owner', 'the owner amends the protocol and the rules');

SKIP:
{
	skip 'no analysis views', 1 unless sql('trial', q{select to_regclass('ral.analysis_subject') is not null}) eq 't';
	lives('trial', q{select * from ral.analysis_subject; select * from ral.analysis_viral_load; select * from ral.accrual; select * from ral.obt_activity; select * from ral.genotype_disagreement}, 'reader', 'a role with only SELECT on the views reads them');
}
refused('trial', q{select * from ral.subject}, 'reader', qr/permission denied/, 'and nothing below');
refused('trial', q{drop extension virotrial}, undef, qr/other objects depend on it/, 'the extension cannot be dropped under a study');

lives('trial', q{
	insert into ral.signature (scope, site_id, subject_id, meaning, authentication) select 'subject', site_id, subject_id, 'approval', 'password' from ral.subject;
	insert into ral.data_lock (scope, site_id, subject_id, reason) values ('subject', 'S1', '020', 'clean');
}, 'owner', 'subjects are signed, and one is locked');

my $expected = digest('trial');
like($expected, qr/viral_load_result(_\d)?\|100\|/, 'the digest sees every row') || diag($expected);
like($expected, qr/lab_result(_\d)?\|100\|/, 'of the laboratory, too') || diag($expected);

# Every way out and in
sub restored
{
	my ($name, @commands) = @_;
	$node->safe_psql('postgres', 'create database copy');
	my $failed = 0;
	for my $command (@commands)
	{
		my ($out, $err) = ('', '');
		IPC::Run::run($command, '<', \'', '>', \$out, '2>', \$err) or ++$failed and diag("@$command: $err");
	}
	is($failed, 0, "$name: no error");
	is(digest('copy'), $expected, "$name: nothing differs");
	is(sql('copy', q{select count(*) from violations('ral')}), 0, "$name: no rule is broken");
	is(sql('copy', q{select string_agg(problem || ' ' || object, ', ' order by object) from study_problems('ral') where problem !~ '^visit'}),
		$name =~ /then data/ ? join(', ', map("trigger that misses replicated rows ral.$_", qw(eligibility_criterion rule rule_context))) : '',
		"$name: the configuration is as it was");
	refused('copy', q{insert into ral.visit (site_id, subject_id, visit, visit_date) values ('S1', '002', 'week 12', '2008-02-25')},
		'owner', qr/rule "visit_window"/, "$name: the rules hold");
	refused('copy', q{update ral.regimen set justification = null where subject_id = '001'},
		'owner', qr/rule "background_active_drugs".*1 of the 2 fully active drugs: DRV level 1 Susceptible/s, "$name: genotypes are interpreted");
	refused('copy', q{insert into ral.lab_result (site_id, subject_id, collected, test, value, unit) values ('S1', '002', '2008-02-25', 'ALT', '20', 'g/L')},
		'owner', qr/rule "lab_unit"/, "$name: those of the laboratory, too");
	is(sql('copy', q{select string_agg(distinct test || grade, ' ') from ral.lab_grade}), 'ALT4 CREAT0 PROT3', "$name: results are graded by the study's own table");
	is(sql('copy', q{select verified from ral.source_verification_count where table_name = 'viral_load_result'}), 100, "$name: what was verified still is");
	is(sql('copy', q{insert into ral.query (table_name, row_key, message) values ('site', '{"site_id": "S1"}', 'Open?') returning query_id}, 'owner'), 21,
		"$name: queries are counted on");
	is(sql('copy', q{insert into ral.query_event (query_id, action) values (20, 'close') returning step}, 'owner'), 2, "$name: and closed");
	is(sql('copy', q{select count(*) from signatures('ral') where status = 'valid'}), sql('trial', q{select count(*) from signatures('ral') where status = 'valid'}), "$name: signatures are valid");
	refused('copy', q{set virotrial.reason = 'transcription'; update ral.subject set sex = sex where subject_id = '020'},
		'owner', qr/subject "020" of site "S1" is locked/, "$name: what was locked is");
	lives('copy', q{set virotrial.reason = 'unlock: again'; delete from ral.data_lock; update ral.subject set sex = sex where subject_id = '020'},
		'owner', "$name: until it is unlocked");
	is(sql('copy', q{select string_agg(subject_id, ' ') from signatures('ral') where status = 'broken'}), '020', "$name: and then its signature is broken");
	$node->safe_psql('postgres', 'drop database copy');
	return;
}

my ($from, $to) = ($node->connstr('trial'), $node->connstr('copy'));
my @psql = ('psql', '-Xq', '-v', 'ON_ERROR_STOP=1', '-d', $to);
my @extension = (@psql, '-c', 'create extension virotrial');
restored('plain', [ 'pg_dump', '-f', "$directory/plain.sql", $from ], [ @psql, '-f', "$directory/plain.sql" ]);
restored('custom', [ 'pg_dump', '-Fc', '-f', "$directory/custom", $from ], [ 'pg_restore', '-e', '-d', $to, "$directory/custom" ]);
restored('directory, two jobs',
	[ 'pg_dump', '-Fd', '-j', '2', '-f', "$directory/jobs", $from ], [ 'pg_restore', '-e', '-j', '2', '-d', $to, "$directory/jobs" ]);
restored('one schema', [ 'pg_dump', '-Fc', '-n', 'ral', '-f', "$directory/schema", $from ],
	\@extension, [ 'pg_restore', '-e', '-d', $to, "$directory/schema" ]);
restored('schema, then data',
	[ 'pg_dump', '-s', '-f', "$directory/schema.sql", $from ],
	[ 'pg_dump', '-a', '--disable-triggers', '-f', "$directory/data.sql", $from ],
	[ @psql, '-f', "$directory/schema.sql" ], [ @psql, '-f', "$directory/data.sql" ]);

# A part of a dump brings back what doc/operations.md says
$node->safe_psql('postgres', 'create database copy owner owner');
IPC::Run::run(\@extension) or die 'no extension';
lives('copy', "call create_study('ral', partitions => $partitions)", 'owner', 'a study is there already');
my $made = digest('copy');
ok(!IPC::Run::run([ 'pg_restore', '-1', '-a', '-d', $to, "$directory/custom" ], '2>', \my $refusal), 'data alone are refused');
like($refusal, qr/violates foreign key|duplicate key|only the database writes|broken by/, 'by keys, histories or rules');
is(digest('copy'), $made, 'and nothing is changed');
ok(IPC::Run::run([ 'pg_restore', '-1', '-c', '--if-exists', '-d', $to, "$directory/custom" ]), 'the whole study takes its place');
is(digest('copy'), $expected, 'and nothing differs');
lives('copy', 'set client_min_messages = warning; drop table ral.visit cascade', undef, 'a table is lost');
ok(IPC::Run::run([ 'pg_restore', '-1', '-t', 'visit', '-d', $to, "$directory/custom" ]), 'it is restored alone');
lives('copy', q{call upgrade_study('ral')}, 'owner', 'and all that was on it is made again');
is(digest('copy'), $expected, 'so that nothing differs');
is(sql('copy', q{select count(*) from study_problems('ral')}), 0, 'and nothing is wrong');
$node->safe_psql('postgres', 'drop database copy');

# A locked study comes back as it was
lives('trial', q{insert into ral.data_lock (scope, reason, accepted)
	values ('study', 'the end', '{open query,missing assessment,deviation not reviewed,subject not signed}')}, 'owner', 'the study is locked');
$expected = digest('trial');
for my $jobs (1, 2)
{
	$node->safe_psql('postgres', 'create database copy');
	IPC::Run::run([ 'pg_dump', '-Fc', '-f', "$directory/locked$jobs", $from ]) or die 'pg_dump failed';
	ok(IPC::Run::run([ 'pg_restore', '-e', '-j', $jobs, '-d', $to, "$directory/locked$jobs" ]), 'a locked study is restored');
	is(digest('copy'), $expected, 'as it was');
	refused('copy', q{set virotrial.reason = 'transcription'; update ral.protocol set title = title}, 'owner', qr/study "ral" is locked/, 'and locked');
	$node->safe_psql('postgres', 'drop database copy');
}
sql('trial', q{set virotrial.reason = 'unlock: the next major'; delete from ral.data_lock where scope = 'study'}, 'owner');

# From one major to the next: each leaves its dump in the directory that
# VIROTRIAL_DUMPS names, and takes up those of the majors before it.
SKIP:
{
	my $dumps = $ENV{VIROTRIAL_DUMPS};
	skip 'VIROTRIAL_DUMPS names no directory for the dumps of several majors', 1 unless $dumps && -d $dumps;
	my ($major) = sql('trial', 'show server_version_num') =~ /^(\d+)\d{4}$/;
	my @older = grep { $_ < $major } map { /study-(\d+)\.sql$/ ? $1 : () } glob("$dumps/study-*.sql");
	for my $from_major (@older)
	{
		$node->safe_psql('postgres', 'create database copy');
		my ($out, $err) = ('', '');
		ok(IPC::Run::run([ @psql, '-f', "$dumps/study-$from_major.sql" ], '<', \'', '>', \$out, '2>', \$err),
			"$from_major to $major: no error") || diag($err);
		is(digest('copy', 1), slurp_file("$dumps/study-$from_major.digest"), "$from_major to $major: no row differs");
		is(sql('copy', q{select count(*) from violations('ral')}), 0, "$from_major to $major: no rule is broken");
		refused('copy', q{insert into ral.visit (site_id, subject_id, visit, visit_date) values ('S1', '002', 'week 12', '2008-02-25')},
			'owner', qr/rule "visit_window"/, "$from_major to $major: the rules hold");
		$node->safe_psql('postgres', 'drop database copy');
	}
	IPC::Run::run([ 'pg_dump', '-f', "$dumps/study-$major.sql", $from ]) or die 'pg_dump failed';
	PostgreSQL::Test::Utils::append_to_file("$dumps/study-$major.digest.new", scalar digest('trial', 1));
	rename "$dumps/study-$major.digest.new", "$dumps/study-$major.digest";
	pass("the dump of $major is left for the next");
}

lives('trial', q{call drop_study('ral', with_subjects => true)}, 'owner', 'the owner drops the study');
lives('trial', q{drop extension virotrial}, undef, 'and then the extension goes');

$node->stop;
done_testing();
