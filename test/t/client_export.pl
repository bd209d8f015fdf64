# virotrial export: files of Dataset-JSON 1.1 and CSV with what the study has, a define.xml
# of the same datasets and variables, all or nothing, and no more than the user may read.
use strict;
use warnings;

use File::Basename;
use IPC::Run;
use JSON::PP;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

use ClientSession;

my $node = PostgreSQL::Test::Cluster->new('export');
$node->init(extra => [ '--encoding', 'UTF8', '--locale', 'C' ], auth_extra => [ '--create-role', 'ral_reader' ]);
$node->append_conf('postgresql.conf', "fsync = off\njit = off\n");
$node->start;
my $directory = PostgreSQL::Test::Utils::tempdir();

sub sql
{
	my ($sql) = @_;
	return $node->safe_psql('postgres', "set search_path = ral, virotrial;\n$sql");
}

# Runs the program; returns its exit code, and what it writes.
sub virotrial
{
	my @arguments = @_;
	my ($out, $err) = ('', '');
	IPC::Run::run([ 'virotrial', @arguments, '-d', $node->connstr('postgres') ], '<', \undef, '>', \$out, '2>', \$err, IPC::Run::timeout(180));
	return ($? >> 8, $out, $err);
}

sub dataset { my ($path) = @_; return decode_json(slurp_file($path)); }

# The records of a dataset, each by the names of its variables
sub records
{
	my ($dataset) = @_;
	my @names = map { $_->{name} } @{ $dataset->{columns} };
	return map { my $row = $_; my %record; @record{@names} = @$row; \%record } @{ $dataset->{rows} };
}

# What is wrong with a value by a JSON schema: the words of it that that of Dataset-JSON has.
sub faults
{
	my ($schema, $value, $place, $root) = @_;
	$schema = $root->{'$defs'}{ $1 } if ($schema->{'$ref'} // '') =~ m{^#/\$defs/(\w+)$};
	my $type = ref $value eq 'HASH' ? 'object' : ref $value eq 'ARRAY' ? 'array' : JSON::PP::is_bool($value) ? 'boolean'
	  : !defined $value ? 'null' : encode_json([$value]) =~ /^\["/ ? 'string' : $value =~ /^-?\d+$/ ? 'integer' : 'number';
	my @faults;
	push @faults, "$place is a $type" if $schema->{type} && $schema->{type} ne $type && !($schema->{type} eq 'number' && $type eq 'integer');
	push @faults, "$place is $value" if $schema->{enum} && !grep { $_ eq $value } @{ $schema->{enum} };
	push @faults, "$place is $value, which is no $schema->{pattern}" if defined $schema->{pattern} && $value !~ /$schema->{pattern}/;
	push @faults, "$place is $value" if defined $schema->{minimum} && $value < $schema->{minimum};
	if ($type eq 'object')
	{
		push @faults, map { "$place has no $_" } grep { !exists $value->{$_} } @{ $schema->{required} // [] };
		for my $name (sort keys %$value)
		{
			my $part = $schema->{properties}{$name};
			push @faults, $part ? faults($part, $value->{$name}, "$place.$name", $root)
			  : exists $schema->{additionalProperties} && !$schema->{additionalProperties} ? "$place has $name" : ();
		}
	}
	push @faults, map { faults($schema->{items}, $value->[$_], "$place\[$_]", $root) } 0 .. $#$value if $type eq 'array' && $schema->{items};
	return @faults;
}

# What is wrong with a dataset by the text of the standard
sub departures
{
	my ($dataset) = @_;
	my @faults;
	my $columns = $dataset->{columns};
	push @faults, 'version' if $dataset->{datasetJSONVersion} ne '1.1.0';
	push @faults, 'records' if $dataset->{records} != @{ $dataset->{rows} };
	push @faults, 'OID' if $dataset->{itemGroupOID} ne "IG.$dataset->{name}";
	for my $column (@$columns)
	{
		push @faults, "name $column->{name}" if $column->{name} !~ /^[A-Z][A-Z0-9]{0,7}$/;
		push @faults, "label of $column->{name}" if ($column->{label} // '') eq '' || length $column->{label} > 40;
		push @faults, "OID of $column->{name}" if $column->{itemOID} ne "IT.$dataset->{name}.$column->{name}";
	}
	my @keys = sort { $a->{keySequence} <=> $b->{keySequence} } grep { $_->{keySequence} } @$columns;
	push @faults, 'keys' if join(' ', map { $_->{keySequence} } @keys) ne join(' ', 1 .. @keys);
	my (%seen, @twice);
	for my $record (records($dataset))
	{
		push @twice, $_ for grep { $seen{$_}++ } join "\x1f", map { $record->{ $_->{name} } // '' } @keys;
		for my $column (@$columns)
		{
			my $value = $record->{ $column->{name} } // next;
			my $is_number = encode_json([$value]) !~ /^\["/;
			push @faults, "$column->{name} has $value"
			  if $is_number != ($column->{dataType} =~ /^(integer|float)$/ ? 1 : 0)
			  || $column->{dataType} eq 'date' && $value !~ /^\d{4}(-\d\d){0,2}$/
			  || $column->{dataType} eq 'string' && length $value > $column->{length};
		}
	}
	push @faults, "two records of $_" for @twice;
	push @faults, 'width of a row' if grep { @$_ != @$columns } @{ $dataset->{rows} };
	return @faults;
}

sql("create schema virotrial; create extension virotrial schema virotrial; call create_study('ral');
	call simulate_study('ral', subjects => 24, sites => 2, seed => 5);");
sql("insert into vital_signs (site_id, subject_id, collected, weight_kg, systolic_mmhg, diastolic_mmhg)
	select site_id, subject_id, first_dose, 70.5, 120, 80 from enrolment where first_dose is not null limit 1");

# ---- Dataset-JSON

my $json = "$directory/json";
my ($code, $out, $err) = virotrial('export', 'ral', $json, '--format=dataset-json');
is("$code $err", '0 ', 'the datasets are written');
my @expected = qw(ae cm dm ds eg ex lb mh ms pf sv vs adae adlb adsl adtte advl);
is($out =~ s/: .*//mgr, join('', map { "$json/$_\n" } map({ "$_.json" } @expected), 'define.xml'), 'and named');
my %data = map { $_ => dataset("$json/$_.json") } @expected;
is_deeply([ map { my $name = $_; map { "$name: $_" } departures($data{$name}) } @expected ], [], 'each is as the standard says');
my $schema_file = ($ENV{VIROTRIAL_DATA} // '') . '/cdisc/dataset.schema.json';
SKIP:
{
	diag("SKIPPED: $schema_file is not there: the files are not judged by the published schema"), skip('no published schema', 1) unless -e $schema_file;
	my $schema = dataset($schema_file);
	is_deeply([ map { my $name = $_; map { "$name: $_" } faults($schema, $data{$name}, 'dataset', $schema) } @expected ], [],
		'each is as the published schema says');
}

# as many as the tables have, and no more
my %count = (
	dm => 'subject', sv => 'visit', ae => 'adverse_event', pf => 'genotype cross join unnest(mutations)', ms => 'genotype_drug_call',
	cm => "(select site_id from concomitant_medication union all select site_id from art_history union all select site_id from regimen where drug <> 'RAL') as taken", mh => 'medical_history',
	ex => "regimen where drug = 'RAL'", vs => "vital_signs cross join unnest(array[weight_kg, height_cm, temperature_celsius, systolic_mmhg,
		diastolic_mmhg, pulse_per_minute, respirations_per_minute]) as value where value is not null", adsl => 'subject', adae => 'adverse_event');
is($data{$_}{records}, sql("select count(*) from $count{$_}"), "$_ has as many records as its table") for sort keys %count;
is($data{lb}{records} + $data{eg}{records}, sql('select (select count(*) from viral_load_result) + (select count(*) from lab_result)
	+ (select count(*) + count(cd4_percent) from cd4_result) + (select count(*) from unresolved_result)'), 'so have the results');

# a limit is text and a limit, and never a number
my @loads = grep { $_->{LBTESTCD} eq 'HIV1VLD' && !$_->{LBSTAT} } records($data{lb});
my @below = grep { $_->{LBSTRESC} eq '<50' } @loads;
is(@below, sql("select count(*) from viral_load_result where viral_load::text = '<50'"), 'viral loads below a limit are there');
is_deeply([ grep { defined $_->{LBSTRESN} || $_->{LBLLOQ} != 50 || defined $_->{LBULOQ} } @below ], [], 'without a number, with the limit');
is_deeply([ grep { $_->{LBSTRESC} =~ /^\d+$/ && $_->{LBSTRESN} != $_->{LBSTRESC} } @loads ], [], 'others have their number');
cmp_ok(scalar(grep { $_->{LBSTRESC} =~ /^[<>T]/ && defined $_->{LBSTRESN} } records($data{lb})), '==', 0, 'no limit is a number anywhere');
my @analysed = grep { $_->{PARAMCD} eq 'HIV1VLD' && ($_->{AVALC} // '') eq '<50' } records($data{advl});
cmp_ok(scalar @analysed, '>', 10, 'the analysis has such results');
is_deeply([ grep { defined $_->{AVAL} || $_->{AVALLO} != 0 || $_->{AVALHI} != 50 || defined $_->{CHG} } @analysed ], [], 'with the ends of what they may be');
is(join(' ', map { "$_->{VSTESTCD}=$_->{VSSTRESN}$_->{VSSTRESU}" } grep { !$_->{VISIT} } records($data{vs})), 'DIABP=80mmHg SYSBP=120mmHg WEIGHT=70.5kg', 'what was not measured is not there');
my %subject = map { $_->{USUBJID} => $_ } records($data{adsl});
is_deeply([ grep { !$subject{ $_->{USUBJID} } } map { records($_) } values %data ], [], 'everybody is in ADSL');
is(join(' ', sort { $a cmp $b } map { join '/', $_->{PARAMCD}, $_->{CNSR} } grep { $_->{CNSR} == 0 && $_->{PARAMCD} eq 'TTDISC' } records($data{adtte})),
	join(' ', ('TTDISC/0') x sql('select count(discontinued) from treatment_course')), 'who discontinued has an event');

# ---- the metadata: well formed, with the datasets and variables of the files and no others
my $xml = slurp_file("$json/define.xml");
my $names = "array[array['o', 'http://www.cdisc.org/ns/odm/v1.3'], array['def', 'http://www.cdisc.org/ns/def/v2.1'], array['xlink', 'http://www.w3.org/1999/xlink']]";
my $ask = sub { my ($path) = @_;
	return [ sort split /\n/, sql("select unnest(xpath('$path', xmlparse(document \$xml\$$xml\$xml\$), $names))") ]; };
is_deeply($ask->('//o:ItemGroupDef/@Name'), [ sort map { uc } @expected ], 'define.xml has the datasets');
is_deeply($ask->('//o:ItemDef/@OID'), [ sort map { $_->{itemOID} } map { @{ $_->{columns} } } values %data ], 'and the variables');
is_deeply($ask->('//o:ItemRef/@ItemOID'), $ask->('//o:ItemDef/@OID'), 'each of which a dataset refers to');
is_deeply($ask->('//def:leaf/@xlink:href'), [ sort map { "$_.json" } @expected ], 'it says which file has which');
is($ask->('//o:MetaDataVersion/@OID')->[0], $data{dm}{metaDataVersionOID}, 'under the same OID');

# ---- CSV
my $csv = "$directory/csv";
($code, $out, $err) = virotrial('export', 'ral', $csv, '-q', 'LB', 'adsl');
is("$code $out$err", '0 ', 'named datasets as CSV, quietly');
is_deeply([ sort map { s{.*/}{}r } glob "$csv/*" ], [qw(adsl.csv define.xml lb.csv)], 'and only these');
my @lines = split /\n/, slurp_file("$csv/lb.csv");
is($lines[0], join(',', map { $_->{name} } @{ $data{lb}{columns} }), 'with the names of the variables');
is(@lines - 1, $data{lb}{records}, 'and the records');
is(scalar(grep { /,<50,,copies\/mL,,,50,,/ } @lines), scalar @below, 'limits as text');

# ---- what is there stays; nothing is half written
for my $case (
	[ 'a file that is there', qr/lb[.]csv: it is there already/, 'export', 'ral', $csv, 'LB' ],
	[ 'another dataset', qr/study "ral" has no dataset "XX" that you may read/, 'export', 'ral', "$directory/none", 'LB', 'XX' ],
	[ 'another format', qr/"xpt" is not a format; there are csv and dataset-json/, 'export', 'ral', "$directory/none", '--format=xpt' ],
	[ 'no directory', qr/name the directory/, 'export', 'ral' ],
	[ 'a file for a directory', qr/Not a directory/, 'export', 'ral', "$csv/lb.csv" ],
	[ 'a cut of tables', qr/--cut is for the datasets/, 'export', 'ral', "$directory/none", '--tables', '--cut=2009-01-01' ])
{
	my ($what, $like, @arguments) = @$case;
	($code, $out, $err) = virotrial(@arguments);
	ok($code == 2 && $err =~ $like, "$what is refused") or diag("$code $out $err");
}
is((virotrial('export', 'ral', "$directory/none", '--cut=yesteryear'))[0], 2, 'so is a day that is none');
is((virotrial('export', 'lar', "$directory/none"))[0], 3, 'and a study that is none');
is((virotrial('export', 'ral', $csv, '-q', 'LB', '--force'))[0], 0, '--force replaces a file');
is_deeply([ glob "$directory/*/*.part" ], [], 'no part of a file is left');
is_deeply([ glob "$directory/none/*" ], [], 'nor a file where something was refused');

# an interrupt, while another session keeps it waiting
my $locks = IPC::Run::start([ 'psql', '-XqAt', '-d', $node->connstr('postgres'), '-c', 'begin; lock table ral.lab_result', '-c', 'select pg_sleep(120)' ], '<', \undef, '>', \my $slept, '2>', \my $locked);
$node->poll_query_until('postgres', "select exists (select from pg_locks where relation = 'ral.lab_result'::regclass and mode = 'AccessExclusiveLock' and granted)");
my ($said, $wrong) = ('', '');
my $client = IPC::Run::start([ 'virotrial', 'export', 'ral', "$directory/stopped", '-d', $node->connstr('postgres') ], '<', \undef, '>', \$said, '2>', \$wrong);
$node->poll_query_until('postgres', "select exists (select from pg_stat_activity where application_name = 'virotrial: exports' and wait_event_type = 'Lock')");
cmp_ok(scalar(() = glob "$directory/stopped/*.part"), '>', 0, 'files are on their way');
$client->signal('INT');
$client->finish;
is($client->result, 130, 'an interrupt ends it');
like($wrong, qr/^virotrial: interrupted/, 'it says so');
is_deeply([ glob "$directory/stopped/*" ], [], 'and nothing is left');
$node->safe_psql('postgres', "select pg_terminate_backend(pid) from pg_stat_activity where query like '%pg_sleep(120)%' and pid <> pg_backend_pid()");
$locks->finish;

# ---- the data cut, and who reads
my $cut = "$directory/cut";
is((virotrial('export', 'ral', $cut, '-q', '--format=dataset-json', '--cut=2008-06-30'))[0], 0, 'data up to a day');
my @late = map { my $name = $_; map { my $record = $_; map { "$name $_ $record->{$_}" }
		  grep { /DTC$|^ADT$|^ASTDT$/ && ($record->{$_} // '') gt '2008-06-30' } keys %$record } records(dataset("$cut/$name.json")) } @expected;
is_deeply(\@late, [], 'nothing later is in it');
cmp_ok(dataset("$cut/lb.json")->{records}, '>', 0, 'what was before is');
is(dataset("$cut/sv.json")->{records}, sql("select count(*) from visit where visit_date <= '2008-06-30'"), 'all of it');

sql("call secure_study('ral'); create role ral_reader login; grant ral_statistician to ral_reader; insert into site_access (login, site_id) values ('ral_reader', 'S2')");
my $own = "$directory/own";
($code, $out, $err) = virotrial('export', 'ral', $own, '-q', '--format=dataset-json', '-U', 'ral_reader');
is("$code $err", '0 ', 'who sees one site exports');
my %sites = map { ($_->{SITEID} // $_->{USUBJID} =~ /-(S\d)-/ ? $1 // $_->{SITEID} : '?') => 1 } map { records(dataset("$own/$_.json")) } @expected;
is(join(' ', keys %sites), 'S2', 'that site alone');

# ---- the tables, which load takes back into an empty study
my $tables = "$directory/tables";
is((virotrial('export', 'ral', $tables, '-q', '--tables'))[0], 0, 'the tables of a study');
is((split /\n/, slurp_file("$tables/vital_signs.csv"))[0], 'site_id,subject_id,collected,replicate,visit,weight_kg,height_cm,temperature_celsius,'
	  . 'systolic_mmhg,diastolic_mmhg,pulse_per_minute,respirations_per_minute', 'have the columns that load takes');

# ---- a study that is exported and imported is the same
for my $format ('csv', 'dataset-json')
{
	my ($end, $study) = $format eq 'csv' ? ('csv', 'copy_csv') : ('json', 'copy_json');
	my ($from, $to) = ("$directory/from_$end", "$directory/to_$end");
	is((virotrial('export', 'ral', $from, '-q', '--tables', "--format=$format"))[0], 0, "a study leaves as $format");
	ok(!-e "$from/simulated_candidate.$end", 'without what a simulation leaves, which nobody captured');
	my @files = glob "$from/*.$end";
	sql("call create_study('$study')");
	($code, $out, $err) = virotrial('import', $study, '--dry-run', '-q', @files);
	is("$code $err", '0 ', 'a dry run finds nothing') or diag($out);
	is(sql("select count(*) from $study.subject"), 0, 'and enters nothing');
	($code, $out, $err) = virotrial('import', $study, '-q', @files);
	is("$code $err", '0 ', 'it comes back') or diag($out);
	is((virotrial('export', $study, $to, '-q', '--tables', "--format=$format"))[0], 0, 'and leaves again');
	my @different = grep { (slurp_file($_) =~ s/^\{"dataset.*\n//r) ne (slurp_file($_ =~ s/from_/to_/r) =~ s/^\{"dataset.*\n//r) } @files;
	is_deeply(\@different, [], 'the same in each record');
	is((virotrial('check', $study))[0], 0, 'with nothing wrong');
}
sql("call create_study('part')");
my $json_files = "$directory/from_json";
($code, $out, $err) = virotrial('import', 'part', '-q', grep { !/consent/ } glob "$json_files/*.json");
ok($code == 1 && $err =~ /consent/, 'a study without consent is refused') or diag("$code $out $err");
is(sql('select count(*) from part.subject'), 0, 'as a whole');
($code, $out, $err) = virotrial('import', 'part', '--accept-good', "$json_files/site.json");
is($code, 2, 'there is no part of an import');
($code, $out, $err) = virotrial('import', 'part', "$json_files/deviation.json");
like($out, qr/^deviation[.]json: is left out/, 'deviations are left to the rules');

# ---- Dataset-JSON of others: a mapping, and what is wrong with a file by its line
sub file { my ($name, $text) = @_; unlink "$directory/$name"; append_to_file("$directory/$name", $text); return "$directory/$name"; }
my @head = ('{"datasetJSONCreationDateTime": "2026-01-01T00:00:00", "datasetJSONVersion": "1.1.0", "itemGroupOID": "IG.DM",', '"records": 2, "name": "DM", "label": "Demographics",',
	'"columns": [{"itemOID": "IT.DM.SITEID", "name": "SITEID", "label": "Site", "dataType": "string"}, {"itemOID": "IT.DM.SUBJID", "name": "SUBJID", "label": "Subject", "dataType": "string"},',
	' {"itemOID": "IT.DM.BRTHDTC", "name": "BRTHDTC", "label": "Birth", "dataType": "date"}, {"itemOID": "IT.DM.SEX", "name": "SEX", "label": "Sex", "dataType": "string"}],', '"rows": [');
file('dm.mapping.csv', "kind,name,value,detail\ntable,subject,,\ncolumn,SITEID,site_id,\ncolumn,SUBJID,subject_id,\ncolumn,BRTHDTC,birth_date,\ncolumn,SEX,sex,\nword,SEX,F,female\nword,SEX,M,male\n");
sql("insert into part.site (site_id, name) values ('S1', 'First')");
my $dm = file('dm.json', join("\n", @head, '["S1", "\u0041\u00e91", "1970-01-31", "F"],', '["S1", "2", "1970-02-31", "M"],', '["S1", "3", null, "M"]', ']}', ''));
($code, $out, $err) = virotrial('load', 'part', $dm, '-q', '--accept-good');
ok($code == 1 && $out =~ /^dm[.]json:7: BRTHDTC "1970-02-31"/m && $out =~ /^dm[.]json:8: .*not null/m, 'rows are judged by their lines') or diag("$code $out $err");
is(sql('select subject_id, sex from part.subject'), "A\x{c3}\x{a9}1|female", 'and loaded by a mapping');
my $rejected = slurp_file("$directory/dm.rejected.csv");
like($rejected, qr/^SITEID,SUBJID,BRTHDTC,SEX,virotrial_reasons\nS1,2,1970-02-31,M,.*\nS1,3,,M,/, 'refused rows come as CSV');
file('dm.rejected.csv', $rejected =~ s/02-31/02-28/r =~ s/3,,/3,1971-01-01,/r);
is((virotrial('load', 'part', "$directory/dm.rejected.csv", '-q'))[0], 0, 'which loads when it is mended');
is(sql('select count(*) from part.subject'), 3, 'without a rest');
my @whole = (@head, '["S1", "9", "1970-01-31", "F"]', ']}');
for my $case (
	[ 'nothing', '', qr/:1: this is not JSON/ ], [ 'an array', '[]', qr/:1: this is not JSON: a "\{"/ ],
	[ 'half a file', join("\n", @whole[ 0 .. 5 ]), qr/:6: / ], [ 'half a row', join("\n", @head, '["S1", "9'), qr/:6: the file ends here/ ],
	[ 'another version', join("\n", @whole) =~ s/1[.]1[.]0/1.0.0/r, qr/:1: it is not of version 1.1/ ],
	[ 'rows first', '{"rows": [["S1"]]}', qr/:1: its rows come before its columns/ ], [ 'a column without a name', '{"columns": [{"label": "x"}]}', qr/:1: one of its columns has no name/ ],
	[ 'columns of no kind', '{"columns": 1}', qr/:1: its columns are no array/ ], [ 'a nested value', join("\n", @head, '["S1", ["9"], "1970-01-31", "F"]', ']}'), qr/:6: a row has a value that is an array/ ],
	[ 'a row that is none', join("\n", @head, '"S1"', ']}'), qr/:6: a row is no array/ ], [ 'a zero', join("\n", @head, '["S1", "9\u0000", "1970-01-31", "F"]', ']}'), qr/:6: a text has a character that is zero/ ],
	[ 'a trailing comma', join("\n", @head, '["S1", "9", "1970-01-31", "F",]', ']}'), qr/:6: / ], [ 'more', join("\n", @whole, '{}'), qr/:8: there is more after the object/ ],
	[ 'bad bytes', join("\n", @head, "[\"S1\", \"\xff\", \"1970-01-31\", \"F\"]", ']}'), qr/:6: / ], [ 'columns twice', join("\n", @head[ 0 .. 3 ], @head[ 2, 3 ], '"rows": []}'), qr/:6: it has columns twice/ ],
	[ 'rows twice', join("\n", @head, '], "rows": []}'), qr/:6: it has rows twice/ ], [ 'no columns', '{}', qr/the file has no header/ ])
{
	my ($what, $text, $like) = @$case;
	($code, $out, $err) = virotrial('load', 'part', '--table=subject', "--mapping=$directory/dm.mapping.csv", file('wrong.json', $text));
	ok($code == 2 && $err =~ $like, "$what is refused, with the place") or diag("$code $out $err");
}
($code, $out, $err) = virotrial('load', 'part', '--table=subject', "--mapping=$directory/dm.mapping.csv", '-q', file('cells.json', join "\n", @head, '["S1", "9", "1970-01-31"]', ']}'));
ok($code == 1 && $out =~ /^cells[.]json:6: .*the line has 3 cells, and the header has 4/m, 'a row with a cell too few is a fault of its line') or diag("$code $out $err");
($code, $out, $err) = virotrial('load', 'part', '--table=subject', "--mapping=$directory/dm.mapping.csv", '-q', file('one.json', join('', @head, '["S1","7","1970-02-31","F"],["S1","8","1970-02-31","F"]]}')));
is(join(' ', $out =~ /^one[.]json:(\d+):/mg), '2 3', 'rows of one line are counted');

# ---- the session of the document

cmp_ok(ClientSession::run_document($node, "$directory/session", dirname(__FILE__) . '/../../doc/export.md'), '>', 5, 'the session has been run');

$node->stop;
done_testing();
