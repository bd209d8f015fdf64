# A standby answers as its primary: every table, view and function of a study, every
# display and figure, and the program virotrial.  What writes says that it cannot.
# The catalogue lists the functions: one that is missing here fails the test.
use strict;
use warnings;

use File::Basename;
use IPC::Run;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $source = dirname(__FILE__) . '/../..';
my $primary = PostgreSQL::Test::Cluster->new('primary');
$primary->init(allows_streaming => 1, extra => [ '--encoding', 'UTF8', '--locale', 'C' ], auth_extra => [ '--create-role', 'nurse' ]);
$primary->append_conf('postgresql.conf', "fsync = off\njit = off\n");
$primary->start;
chdir $source;
$primary->command_ok([ 'psql', '-Xq', '-d', $primary->connstr('postgres'), '-f', 'test/upgrade/study.sql' ], 'a study is made');
$primary->backup('copy');
my $standby = PostgreSQL::Test::Cluster->new('standby');
$standby->init_from_backup($primary, 'copy', has_streaming => 1);
$standby->start;
$primary->wait_for_catchup($standby, 'replay', $primary->lsn('insert'));
is($standby->safe_psql('postgres', 'select pg_is_in_recovery()'), 't', 'and has a standby');

# What a program says on each of the two
sub both
{
	my ($name, $command, @input) = @_;
	my @said;
	for my $node ($primary, $standby)
	{
		my ($out, $err) = ('', '');
		my ($connection, $input) = ($node->connstr('postgres'), join '', @input);
		IPC::Run::run([ map { s/CONNECTION/$connection/r } @$command ], '<', \$input, '>', \$out, '2>', \$err);
		push @said, "$out$err" =~ s/\b\d\d:\d\d(:\d\d[.\d]*)?\b|port=\d+//gr;
	}
	ok($said[0] ne '' && $said[0] eq $said[1], "$name: the same") || diag("primary: $said[0]\nstandby: $said[1]");
	return $said[1];
}

my @psql = ('psql', '-XqAt', '-d', 'CONNECTION');
unlike(both('every table and view', [ @psql, '-f', 'test/upgrade/state.sql' ]), qr/ERROR/, 'and without an error');
both('what a clerk of a site sees', [ @psql, '-U', 'nurse' ],
	'select count(*) from ral.subject; select count(*), count(distinct site_id) from ral.analysis_viral_load; select count(*) from violations($$ral$$);');

# ---- functions

# What some of them need
$primary->safe_psql('postgres', q{
	set virotrial.reason = 'transcription';
	set client_min_messages = warning;
	insert into ral.subject (site_id, subject_id, birth_date, sex) values ('S2', 'S2-900', '1970-01-01', 'male');
	insert into ral.consent (site_id, subject_id, version, signed) values ('S2', 'S2-900', '1.0', '2008-01-01');
	insert into ral.visit (site_id, subject_id, visit, visit_date) values ('S2', 'S2-900', 'screening', '2008-02-01');
	update ral.subject as s set (birth_date, sex) = (select birth_date, sex from ral.subject where subject_id = 'S2-001') where subject_id = 'S2-002';
	call create_study('placebo', protocol => 'raltegravir-placebo');
	create table placebo.note (site_id text primary key);
	call load_meddra('ral', '1.0', '1$nausea$2$$$$$$$Y$$', '2$3$4$5$Sick$a$b$Gut$G$$5$Y$');
});
$primary->wait_for_catchup($standby, 'replay', $primary->lsn('insert'));

my @functions = split /\n/, $primary->safe_psql('postgres', q{
	select distinct case pronamespace when 'ral'::regnamespace then 'ral.' else '' end || proname from pg_proc as p
	where prorettype <> 'trigger'::regtype and (pronamespace = 'ral'::regnamespace
		or provolatile <> 'i' and prokind in ('f', 'p') and exists (select from pg_depend as d join pg_extension as e on e.oid = refobjid
			where d.classid = 'pg_proc'::regclass and objid = p.oid and d.deptype = 'e' and extname = 'virotrial')
			and pronamespace = 'public'::regnamespace)});

my @endpoints = qw(endpoint_virology endpoint_log_reduction endpoint_cd4 endpoint_safety laboratory_shift laboratory_abnormality
	hys_law_candidate ecg_finding discontinuation time_to_discontinuation death safety_finding);
my $grade = q{('ALT', 'VALUE', 'U/L', 'male', 40, null, 5, 40, null)};
my %reads = (
	(map { $_ => "$_('ral', '2009-06-30', 'sex')" } @endpoints),
	analysis_result => q{analysis_result('ral', '2009-06-30')},
	display => q{virotrial_display, display('ral', virotrial_display.display)},
	figure => q{virotrial_figure, figure('ral', virotrial_figure.figure)},
	listing => q{virotrial_listing, listing('ral', virotrial_listing.listing)},
	lab_standard_value => q{lab_standard_value('ALT', '4', 'U/L')},
	toxicity_grade => 'toxicity_grade' . $grade =~ s/'VALUE'/lab_value '400'/r,
	toxicity_grade_detail => 'toxicity_grade_detail' . $grade =~ s/'VALUE'/400::double precision/r,
	data_cut => 'data_cut()', analysis_date => 'analysis_date()', is_study => q{is_study('ral')},
	eligibility_of => q{eligibility_of('ral', array(select row(site_id, subject_id, null)::candidate from ral.subject))},
	eligibility => q{ral.subject, eligibility('ral', subject_id)},
	violations => q{violations('ral')}, obt_candidates => q{obt_candidates('ral', 'S2-001')},
	lock_checklist => q{lock_checklist('ral')}, changes => q{changes('ral', '-infinity')},
	protocol_document => q{protocol_document('ral')}, study_problems => q{study_problems('ral')}, verify => q{verify('ral')},
	seal_head => q{seal_head('ral')}, seal_proof => q{seal_proof('ral', 'site', 'S1')}, signatures => q{signatures('ral')},
	judge => q{judge('ral.cd4_result', 'ral.cd4_result')},
	quarantine => q{quarantine('ral')}, site_status => q{site_status('ral')}, entered_here => q{entered_here('ral', 'S1')},
	study_dataset => q{study_dataset('ral')},
	'ral.consent_version_at' => q{ral.consent_version_at('S1')}, 'ral.protocol_day' => q{ral.protocol_day('S1', '2008-06-01')},
	'ral.day_of' => q{ral.day_of('2008-01-01 00:00+00')}, 'ral.protocol_in_force' => q{ral.protocol_in_force('S1', '2008-06-01')},
	'ral.result_words' => 'ral.result_words()', 'ral.moment' => 'ral.day_of(ral.moment())', 'ral.today' => 'ral.today()', 'ral.analysis_date' => 'ral.analysis_date()', 'ral.today_at' => q{ral.today_at('S1')},
	'ral.day_at' => q{ral.day_at('S1', ral.moment())},
	'ral.serious_report_due' => q{ral.serious_report_due('S1', '2008-06-01', '2008-06-01 08:00+00')}, 'ral.likely_unit' => q{ral.likely_unit('HGB', '13', 100, 200)},
	'ral.counted_intolerance' => q{ral.subject, ral.counted_intolerance(site_id, subject_id, '2009-01-01')},
	'ral.abnormality_against' => q{ral.subject, ral.abnormality_against(site_id, subject_id, 'AZT', '2009-01-01')},
	'ral.missing_assessment_on' => q{ral.missing_assessment_on('2009-01-01')});
my $subject = q{'ral', 'S2', 'S2-001'};
my %writes = (
	load_resistance_algorithm => q{select load_resistance_algorithm(:'document', 'ral')},
	open_queries => q{select open_queries('ral', 'select ''site'' as table_name, site_id, ''Right?'' as message from ral.site')},
	amend_protocol_with => q{select amend_protocol_with('ral', '2012-01-01', '{"title": "New"}')},
	amend_protocol => q{call amend_protocol('ral', '2012-01-01', title => 'New')},
	keep_history => q{call keep_history('placebo.note')}, guard => q{call guard('placebo.note')}, blind => q{call blind('ral.intolerance')},
	transfer_subject => qq{call transfer_subject($subject, 'S1', 'S1-900', 'misfiled: x')},
	rename_subject => qq{call rename_subject($subject, 'S2-901', 'misfiled: x')},
	merge_subjects => qq{call merge_subjects($subject, 'S2', 'S2-002', 'duplicate')},
	move_visit => qq{call move_visit($subject, 'screening', '2008-01-01', 'transcription')},
	rescreen => q{call rescreen('ral', 'S2', 'S2-900', 'late information')},
	withdraw_entry => q{call withdraw_entry('ral', 'site', '{"site_id": "S1"}', 'duplicate')},
	freeze_analysis => q{call freeze_analysis('ral', now(), 'ral_final')}, secure_study => q{call secure_study('ral')},
	load_whodrug => q{call load_whodrug('ral', '1', rpad('00000101001', 30) || 'a', '000001010010A01', 'A01    2b')},
	load_meddra => q{call load_meddra('ral', '2.0', '1$nausea$2$$$$$$$Y$$', '2$3$4$5$Sick$a$b$Gut$G$$5$Y$')},
	record_coding => q{call record_coding('ral', 'adverse_event', 'nausea', '1')}, code_exact_matches => q{call code_exact_matches('ral')},
	make_allocation_list => q{call make_allocation_list('placebo', 'seed', '{3}')}, create_study => q{call create_study('other')},
	accept_quarantined => q{call accept_quarantined('ral', 1, 'confirmed')}, judge_arrivals => q{call judge_arrivals('ral')},
	publish_study => q{call publish_study('placebo')}, subscribe_site => q{call subscribe_site('ral', 'S1', 'dbname=postgres')},
	subscribe_centre => q{call subscribe_centre('placebo', 'S1', 'dbname=postgres')}, leave_site => q{call leave_site('ral', 'S1')},
	leave_centre => q{call leave_centre('ral', 'S1')}, share_study => q{call share_study('ral', current_user)},
	upgrade_study => q{call upgrade_study('ral')},
	federate_study => q{call federate_study('ral', '{first}')}, publish_warehouse => q{call publish_warehouse('ral')},
	drop_study => q{call drop_study('ral', with_subjects => true)}, seal => q{call seal('ral')}, simulate_study => q{call simulate_study('placebo')});

# These look first for what they need.
my %lacks = (leave_site => qr/ERROR:  42704: there is no subscription/, federate_study => qr/ERROR:  42704: a federation needs servers/, publish_study => qr/ERROR:  55000: .*wal_level is replica/s);

is_deeply([ sort @functions ], [ sort keys %reads, keys %writes ], 'each function of the catalogue is tried');
for my $name (sort keys %reads)
{
	my $call = $reads{$name};
	# A table before the function has its rows take turns.
	my $function = $call =~ /^\w[\w.]*, / ? ($call =~ s/, (?=\S)/ cross join lateral /r) : $call;
	unlike(both($name, \@psql, "select count(*), md5(string_agg(f::text, ' ' order by f::text)) from $function as f;"), qr/ERROR/, "$name: without an error");
}
my $document = slurp_file('demo/resistance_algorithm.xml') =~ s,<ALGVERSION>1<,<ALGVERSION>2<,r;
for my $name (sort keys %writes)
{
	my ($out, $err) = ('', '');
	IPC::Run::run([ 'psql', '-XqAt', '-v', 'VERBOSITY=verbose', '-v', "document=$document", '-d', $standby->connstr('postgres') ],
		'<', \$writes{$name}, '>', \$out, '2>', \$err);
	like($err, $lacks{$name} || qr/ERROR:  25006: .*(?:cannot execute .* in a read-only transaction|cannot .* during recovery)/,
		"$name: says that it cannot write, or what it lacks");
}
both('a dry run of open_queries', \@psql, $writes{open_queries} =~ s/\)$/, true)/r . ' order by 1');

# ---- the program

both('virotrial report', [ 'virotrial', 'report', 'ral', '-d', 'CONNECTION', '--psql' ]);
both('virotrial check', [ 'virotrial', 'check', '-d', 'CONNECTION', 'ral' ]);

# What is entered arrives, and counts.
$primary->safe_psql('postgres', q{set virotrial.reason = 'transcription'; update ral.site set name = 'Renamed' where site_id = 'S1'; call seal('ral')});
$primary->wait_for_catchup($standby, 'replay', $primary->lsn('insert'));
is($standby->safe_psql('postgres', q{select * from verify('ral')}), '', 'a new block verifies there');
is($standby->safe_psql('postgres', q{select new_value from changes('ral', '-infinity') where "table" = 'site' and "column" = 'name'}), 'Renamed', 'and a change is told');
$standby->promote;
$standby->safe_psql('postgres', q{set virotrial.reason = 'transcription'; update ral.site set name = 'Again' where site_id = 'S1'; call seal('ral')});
is($standby->safe_psql('postgres', q{select * from verify('ral')}), '', 'a standby that is promoted goes on with history and seal');
is($standby->safe_psql('postgres', q{select count(*) from ral.site_history where site_id = 'S1'}), 2, 'without a change missing');
$standby->stop;
$primary->stop;
done_testing();
