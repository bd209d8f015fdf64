# The program virotrial with what systems of laboratories send: bundles of FHIR R4 and
# messages of HL7 version 2.  They go the way of any other file; what is said of a result in a
# way that is not read is named by its entry or line, and nothing is passed over in silence.
use strict;
use warnings;

use IPC::Run;
use JSON::PP;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('messages');
$node->init(extra => [ '--encoding', 'UTF8', '--locale', 'C' ]);
$node->append_conf('postgresql.conf', "fsync = off\njit = off\n");
$node->start;
my $directory = PostgreSQL::Test::Utils::tempdir();

sub sql
{
	my ($sql) = @_;
	return $node->safe_psql('postgres', "set search_path = public, virotrial;\n$sql");
}

sub file
{
	my ($name, $content) = @_;
	my $path = "$directory/$name";
	open my $file, '>:raw', $path or die "$path: $!";
	print $file $content;
	close $file;
	return $path;
}

my $mapping = file('mapping.csv', join "\n", 'kind,name,value,detail', 'table,lab_result,,', 'column,subject_id,subject_id,', 'column,test,test,',
	'column,test_name,,', 'column,sub_id,,', 'column,collected,collected,', 'column,result,value,', 'column,unit,unit,', 'column,lln,lln,', 'column,uln,uln,',
	'column,absent_reason,,', 'column,status,,', 'column,specimen,reported,', 'column,laboratory,laboratory,', 'constant,site_id,S1,', 'word,test,6298-4,K,',
	'word,test,718-7,HGB,', 'only,test,6298-4,', 'only,test,718-7,', '');

# Loads a file; returns the exit code, and what the program says.
sub load
{
	my ($path, @options) = @_;
	my $said = '';
	@options = ("--mapping=$mapping") unless @options;
	IPC::Run::run([ 'virotrial', 'load', '-d', $node->connstr('postgres'), 'ral', '--accept-good', @options, $path ], '<', \undef, '>', \$said, '2>&1', IPC::Run::timeout(180));
	return ($? >> 8, $said =~ s/^.*: (reading|judging.*|judged in .*|\d+ rows read.*)\n//mgr);
}

# What came in, and is taken out again for the next file
sub entered
{
	my $rows = sql("select string_agg(concat_ws(' ', subject_id, test, collected, value, unit, lln, uln, laboratory, reported), '; ' order by subject_id, collected, test) from ral.lab_result");
	sql("set virotrial.reason = 'correction: test'; delete from ral.lab_result");
	return $rows;
}

# Each of some files is refused as a whole, or one of its rows is; the good one beside it comes in.
sub says
{
	my ($name, $content, $like, $rows) = @_;
	my ($code, $said) = load(file($name, $content));
	my $entered = entered();
	ok($said =~ $like && $code == ($rows ? 1 : 2) && $entered eq ($rows // ''), $name) || diag("$code\n$said$entered");
	return;
}

sql("create schema virotrial; create extension virotrial schema virotrial; call create_study('ral');
	insert into ral.site (site_id, name, time_zone) values ('S1', 'First', 'Asia/Shanghai');
	insert into ral.subject (site_id, subject_id, birth_date, sex) values ('S1', '001', '1970-01-01', 'male'), ('S1', '002', '1970-01-01', 'male');
	insert into ral.consent (site_id, subject_id, version, signed) values ('S1', '001', '1.0', '2008-01-01'), ('S1', '002', '1.0', '2008-01-01')");

# ---- bundles of FHIR

my $count = 0;

# A result that is good but for what is changed
sub observation
{
	my (%change) = @_;
	my %good = (resourceType => 'Observation', id => 'o' . ++$count, status => 'final',
		code => { coding => [ { system => 'urn:local', code => 'KAL' }, { system => 'http://loinc.org', code => '6298-4' } ] },
		subject => { identifier => { value => '001' } }, effectiveDateTime => '2008-03-03',
		valueQuantity => { value => 4.5, system => 'http://unitsofmeasure.org', code => 'mmol/L', unit => 'millimoles' });
	%good = (%good, %change);
	delete $good{$_} for grep { !defined $good{$_} } keys %good;
	return \%good;
}

sub bundle
{
	my (@resources) = @_;
	return encode_json({ resourceType => 'Bundle', type => 'collection', entry => [ map { { resource => $_ } } @resources ] });
}

my @good = (observation(), '001 K 2008-03-03 4.5 mmol/L');
my ($code, $said) = load(file('good.json', bundle(
	observation(valueQuantity => { value => 7, comparator => '>', system => 'http://unitsofmeasure.org', code => 'mmol/L' }, effectiveDateTime => '2008-03-03T11:30:00-05:00',
		referenceRange => [ { low => { value => 3.5 }, high => { value => 5.1 } } ], performer => [ { display => 'Central' } ], status => 'corrected'),
	{ resourceType => 'DiagnosticReport', id => 'd1', status => 'final', effectiveDateTime => '2008-03-05', subject => { reference => 'Patient/p1' }, result => [ { reference => 'Observation/x1' } ] },
	observation(id => 'x1', subject => undef, effectiveDateTime => undef, status => 'amended'),
	observation(code => { coding => [ { system => 'http://loinc.org', code => '718-7' } ] }, subject => { reference => 'Patient/p1' }, effectiveDateTime => undef,
		specimen => { reference => 'Specimen/s1' }, valueQuantity => { value => 140, unit => 'g/L' }),
	{ resourceType => 'Patient', id => 'p1', identifier => [ { system => 'urn:h', value => '9' }, { system => 'urn:t', value => '002', use => 'official' } ] },
	{ resourceType => 'Specimen', id => 's1', type => { text => 'blood' }, collection => { collectedDateTime => '2008-03-06' } },
	observation(code => { coding => [ { code => 'of no interest' } ] }, status => 'preliminary'),
	observation(resourceType => 'Observation', id => 'panel', valueQuantity => undef, hasMember => [ { reference => 'Observation/x1' } ]))));
is("$code $said", "0 good.json: 4 rows: 3 good, 0 corrections, 0 known already, 0 refused\n", 'a bundle loads');
is(entered(), '001 K 2008-03-04 >7 mmol/L 3.5 5.1 Central; 002 K 2008-03-05 4.5 mmol/L; 002 HGB 2008-03-06 140 g/L blood',
	'with comparator, units, ranges, and what report, patient and specimen say');

for my $status (qw(registered preliminary cancelled entered-in-error unknown))
{
	($code, $said) = load(file("$status.json", bundle(observation(effectiveDateTime => '2008-04-01', status => $status), $good[0])));
	ok($code == 0 && $said =~ /^\Q$status\E[.]json:1: note: it is \Q$status\E, and no result \[status\]$/m && entered() eq $good[1], "status $status: noted, and no result") || diag($said);
}
for my $case (
	[ 'no status', { status => undef }, qr/it has no status/ ],
	[ 'no date', { effectiveDateTime => undef }, qr/collected \(empty\).*\[not null\]/ ],
	[ 'part of a date', { effectiveDateTime => '2008-03' }, qr/collected "2008-03".*\[type\]/ ],
	[ 'no subject', { subject => undef }, qr/the subject has no identifier \[identifier\]/ ],
	[ 'a subject that is elsewhere', { subject => { reference => 'Patient/p9' } }, qr/the subject has no identifier/ ],
	[ 'no value', { valueQuantity => undef }, qr/there is neither a result nor a reason why there is none \[value\]/ ],
	[ 'a reason for none', { valueQuantity => undef, dataAbsentReason => { text => 'clotted' } }, qr/\[lab_result_kind\]/ ],
	[ 'another kind of value', { valueQuantity => undef, valueRatio => {} }, qr/valueRatio is no kind of value that is read \[fhir\]/ ],
	[ 'another comparator', { valueQuantity => { value => 1, comparator => 'ad' } }, qr/"ad" is no comparator of FHIR R4/ ],
	[ 'at most', { valueQuantity => { value => 4, comparator => '<=', unit => 'mmol/L' } }, qr/result "<=4": .*\[type\]/ ],
	[ 'a component without a value', { valueQuantity => undef, component => [ { code => { coding => [ { code => '6298-4' } ] } } ] }, qr/there is neither a result nor/ ],
	[ 'a component of another kind', { valueQuantity => undef, component => [ { code => { coding => [ { code => '6298-4' } ] }, valueSampledData => {} } ] },
		qr/valueSampledData is no kind of value that is read \[fhir\]/ ],
	[ 'a component with a modifier', { valueQuantity => undef, component => [ { code => { coding => [ { code => '6298-4' } ] }, valueInteger => 4, modifierExtension => [ {} ] } ] },
		qr/it has a modifierExtension/ ],
	[ 'a member that is elsewhere', { hasMember => [ { reference => 'Observation/lost' } ], status => 'preliminary' }, qr/its result "Observation\/lost" is not in the bundle/ ],
	[ 'a number below the scale', { interpretation => [ { coding => [ { code => 'L' }, { code => '<' } ] } ] }, qr/it is flagged <, below the scale, and its value is "4[.]5" \[fhir\]/ ],
	[ 'a limit above, flagged below', { interpretation => [ { coding => [ { code => '<' } ] } ], valueQuantity => { value => 9, comparator => '>', unit => 'mmol/L' } }, qr/it is flagged <, below/ ],
	[ 'two values', { valueString => '4.6' }, qr/it has several values/ ],
	[ 'a value and a reason for none', { dataAbsentReason => { text => 'clotted' } }, qr/it has several values, or a reason why/ ],
	[ 'a test', { meta => { security => [ { code => 'R' }, { code => 'HTEST' } ] } }, qr/it is labelled HTEST/ ],
	[ 'a modifier', { modifierExtension => [ {} ] }, qr/it has a modifierExtension/ ],
	[ 'two identifiers', { subject => { reference => 'Patient/p2' } }, qr/the subject has several identifiers/ ])
{
	my ($name, $change, $like) = @$case;
	my $patient = { resourceType => 'Patient', id => 'p2', identifier => [ { value => '001' }, { value => '002' } ] };
	says("fhir $name.json", bundle($good[0], observation(effectiveDateTime => '2008-03-07', %$change), $patient), qr/[.]json:2: .*$like/, $good[1]);
}
says('fhir no resource.json', encode_json({ resourceType => 'Bundle', entry => [ { resource => $good[0] }, { fullUrl => 'urn:x' } ] }), qr/:2: the entry has no resource \[fhir\]/, $good[1]);
says('fhir lost result.json', bundle($good[0], { resourceType => 'DiagnosticReport', status => 'final', result => [ { reference => 'Observation/lost' } ] }),
	qr/:2: its result "Observation\/lost" is not in the bundle/, $good[1]);
says('fhir lost within.json', bundle($good[0], { resourceType => 'DiagnosticReport', status => 'final', result => [ { reference => '#x' } ], contained => [ observation(id => 'y', status => 'preliminary') ] }),
	qr/:2: its result "#x" is not in the bundle/, $good[1]);

# The day is that at the site: 16:00 of UTC begins the next one in Shanghai.
for my $case ([ '2008-06-05T15:59:59.9Z', '2008-06-05' ], [ '2008-06-05T16:00:00Z', '2008-06-06' ], [ '2008-06-06T01:00:00+10:00', '2008-06-05' ],
	[ '2008-06-05T16:00:00', '2008-06-05' ], [ '2008-06-05', '2008-06-05' ])
{
	load(file('day.json', bundle(observation(effectiveDateTime => $case->[0]))));
	is(entered(), "001 K $case->[1] 4.5 mmol/L", "fhir: the day of $case->[0]");
}

# A panel as components, of which one is bad: the others of its entry come in, and the bad one is a row of its own.
my $panel = observation(id => 'panel', valueQuantity => undef, effectiveDateTime => '2008-04-02', component => [
	{ code => { coding => [ { system => 'http://loinc.org', code => '6298-4' } ] }, valueQuantity => { value => 4.1, unit => 'mmol/L' },
		referenceRange => [ { low => { value => 3.5 }, high => { value => 5 } } ] },
	{ code => { coding => [ { system => 'http://loinc.org', code => '718-7' } ] }, valueQuantity => { value => 13, unit => 'bushels' } },
	{ code => { coding => [ { code => 'of no interest' } ] }, dataAbsentReason => { text => 'clotted' } } ]);
($code, $said) = load(file('components.json', bundle($panel, observation(effectiveDateTime => '2008-04-03'))));
ok($code == 1 && $said =~ /^components[.]json:1: unit "bushels": .*\[lab_unit\]$/m && $said =~ /: 4 rows: 2 good, 0 corrections, 0 known already, 1 refused$/m, 'a component is a row of its entry') || diag($said);
is(entered(), '001 K 2008-04-02 4.1 mmol/L 3.5 5; 001 K 2008-04-03 4.5 mmol/L', 'with what its observation says, and its own range');
my $component = slurp_file("$directory/components.rejected.csv");
is(scalar(() = $component =~ /\n/g), 2, 'the bad one alone is rejected');
load(file('components.rejected.csv', $component =~ s/13,bushels/130,g\/L/r));
is(entered(), '001 HGB 2008-04-02 130 g/L', 'and loads when it is mended');
load(file('components twice.json', bundle($panel)));
load(file('components again.json', bundle({ %$panel, component => [ $panel->{component}[0], { code => { coding => [ { code => '718-7' } ] }, valueQuantity => { value => 131, unit => 'g/L' } } ] })));
is(entered(), '001 HGB 2008-04-02 131 g/L; 001 K 2008-04-02 4.1 mmol/L 3.5 5', 'a component that is known does not hide another');

# What a report contains, with its own patient and specimen
load(file('contained.json', bundle({ resourceType => 'DiagnosticReport', status => 'final', subject => { reference => '#p' }, specimen => [ { reference => '#s' } ],
	result => [ { reference => '#a' }, { reference => '#b' } ], contained => [
	{ resourceType => 'Patient', id => 'p', identifier => [ { value => '002' } ] }, { resourceType => 'Specimen', id => 's', collection => { collectedDateTime => '2008-04-04' } },
	observation(id => 'a', subject => undef, effectiveDateTime => undef), observation(id => 'b', subject => undef, effectiveDateTime => '2008-04-05') ] })));
is(entered(), '002 K 2008-04-04 4.5 mmol/L; 002 K 2008-04-05 4.5 mmol/L', 'a report may contain its results, its patient and its specimen');

# A resource, or a bundle, in each line
my $lines = join "\n", encode_json({ resourceType => 'Patient', id => 'p1', identifier => [ { value => '002' } ] }), '', encode_json(observation(subject => { reference => 'Patient/p1' })),
	bundle(observation(effectiveDateTime => '2008-04-06'), observation(effectiveDateTime => '2008-04-07', valueQuantity => { value => 44, unit => 'mmol/L' })), '';
($code, $said) = load(file('lines.ndjson', $lines));
ok($code == 1 && $said =~ /^lines[.]ndjson:4: result "44": .*\[lab_plausible\]$/m, 'a resource in each line: a row is named by its line') || diag($said);
is(entered(), '001 K 2008-04-06 4.5 mmol/L; 002 K 2008-03-03 4.5 mmol/L', 'whether it is a result or a bundle');
says('two in a line.ndjson', encode_json($good[0]) . encode_json($good[0]), qr/:1: there is more after the resource/);
says('cut off.ndjson', encode_json($good[0]) . "\n" . '{"resourceType":', qr/:2: the file ends here/);
says('a zero byte.ndjson', encode_json($good[0]) . "\n\0", qr/:2: this is not JSON/);
($code, $said) = load(file('withdrawn.json', bundle(observation(id => 'w'), { resourceType => 'DiagnosticReport', status => 'entered-in-error', result => [ { reference => 'Observation/w' } ] })));
ok($code == 0 && $said =~ /:1: note: its report is entered-in-error/ && entered() eq '', 'a result of a report that was an error is none') || diag($said);
says('no bundle.json', encode_json($good[0]), qr/no bundle\.json:1: it is a resource of FHIR, and no bundle/);
says('cut off.json', substr(bundle(@good[ 0, 0, 0 ]), 0, 900), qr/cut off\.json:1: the file ends here/);
says('twice.json', '{"resourceType":"Bundle","entry":[],"entry":[]}', qr/:1: it has entries twice/);

says('member twice.json', bundle($good[0]) =~ s/"value":4[.]5/"value":4.5,"value":5.4/r, qr/member twice[.]json:1: an object that ends here has a member twice/);
says('member twice.ndjson', encode_json($good[0]) =~ s/"value":4[.]5/"value":4.5,"value":5.4/r, qr/member twice[.]ndjson:1: an object that ends here has a member twice/);
load(file('colons.json', bundle(observation(note => [ { text => q{a ":" \\":", and \\} } ]))));
is(entered(), $good[1], 'a text with colons is no member');

# ---- messages of HL7

my $head = "MSH|^~\\&|LIS|CENTRAL|||20080310||ORU^R01|1|P|2.5\rPID|1||001^^^TRIAL^PI\rOBR|1|||1^x^L|||20080303\r";

sub obx
{
	my ($type, $value, %field) = @_;
	my @field = ('OBX', 1, $type, 'KAL^Potassium^L^6298-4^Potassium^LN', '', $value, 'mmol/L^^UCUM', '3.5-5.1', '', '', '', 'F');
	$field[$_] = $field{$_} for keys %field;
	return join('|', map { $_ // '' } @field) . "\r";
}

my $result = obx('NM', '4.5');
my $row = '001 K 2008-03-03 4.5 mmol/L 3.5 5.1 CENTRAL';
for my $ends ("\r", "\n", "\r\n")
{
	load(file('ends.hl7', "$head$result" =~ s/\r/$ends/gr));
	is(entered(), $row, 'a message with lines that end by ' . join ' ', map { ord } split //, $ends);
}
load(file('framed.hl7', join '', map { "\x0B$head$_\x1C\r" } $result, obx('SN', '>^9', 14 => '20080303233000+0000', 15 => 'L2^Second')));
is(entered(), "$row; 001 K 2008-03-04 >9 mmol/L 3.5 5.1 Second", 'framed messages, a structured number, and a moment of its own');
for my $case ([ '20080605155959.9+0000', '2008-06-05' ], [ '20080605160000+0000', '2008-06-06' ], [ '200806060130+1000', '2008-06-05' ], [ '2008060516-0000', '2008-06-06' ],
	[ '20080605160000', '2008-06-05' ], [ '20080605+0000', '2008-06-05' ])
{
	load(file('day.hl7', $head . obx('NM', '4.5', 14 => $case->[0])));
	is(entered(), "001 K $case->[1] 4.5 mmol/L 3.5 5.1 CENTRAL", "hl7: the day of $case->[0]");
}
load(file('batch.hl7', "FHS|^~\\&|X\rBHS|^~\\&|X\r$head${result}BTS|1\rFTS|1\r"));
is(entered(), $row, 'a batch');
load(file('other delimiters.hl7', "$head$result" =~ tr/|^~&/#*@%/r));
is(entered(), $row, 'other delimiters');
load(file('words.hl7', $head . obx('CWE', '^Positive', 3 => '718-7^Hb^LN', 6 => '', 7 => '')
	  . obx('NM', '', 3 => '20447-9^RNA^LN', 11 => 'P')));
is(entered(), '', 'a coded value is no number');
# The specimen follows the results of its order, which may be the only one to say when it was taken
my $undated = $head =~ s/\|20080303\r/|\r/r;
load(file('specimen.hl7', $undated . $result . "NTE|1|L|haemolysed\rSPM|1|||SER^Serum^HL70487|||||||||||||20080408101500^20080408102000\rOBR|2|||2\r" . obx('NM', '4.6', 14 => '20080409')
	  . "SPM|1|||^plasma|||||||||||||20080410\r"));
is(entered(), '001 K 2008-04-08 4.5 mmol/L 3.5 5.1 CENTRAL SER; 001 K 2008-04-09 4.6 mmol/L 3.5 5.1 CENTRAL plasma', 'the specimen of an order says when it was taken, and what it is');
my ($first, $second) = map { "SPM|$_|||S$_|||||||||||||2008041$_\r" } 1, 2;
load(file('own specimens.hl7', $undated . $first . $result . $second . $result));
is(entered(), '001 K 2008-04-11 4.5 mmol/L 3.5 5.1 CENTRAL S1; 001 K 2008-04-12 4.5 mmol/L 3.5 5.1 CENTRAL S2', 'a result behind a specimen is of it');
says('hl7 which specimen.hl7', $head . $result . $undated . $result . $first . $second, qr/:8: collected \(empty\).*\[not null\]/, $row);

my $texts = file('texts.mapping.csv', join "\n", 'kind,name,value,detail', 'table,missing_result,,', 'column,subject_id,subject_id,', 'column,test,,', 'column,test_name,note,',
	'column,sub_id,replicate,', 'column,collected,collected,', 'column,result,reported,', map({ "column,$_,," } qw(unit lln uln absent_reason status specimen laboratory)),
	'constant,site_id,S1,', 'constant,assessment,CD4,', 'constant,reason,rejected,', 'identifier,MR,,', '');
my $number = 0;
my $text = join '', $head =~ s/PID\|1\|\|[^\r]*/PID|1||9^^^X^PI~001^^^H&1.2&ISO^MR/r =~ s/2[.]5/2.5||||||8859\/1/r,
	map { obx('TX', $_, 3 => "1^Gr\xF6\xDFe", 4 => ++$number) } 'a\F\b\S\c\R\d\E\e\T\f', 'x\X41420a43\y', 'one~two\.br\three', '\H\loud\N\ \Z1\ \XFF\ \Q', "M\xFCll";
($code, $said) = load(file('texts.hl7', $text), "--mapping=$texts");
is(sql("set virotrial.reason = 'correction: test'; with gone as (delete from ral.missing_result returning *)
	select string_agg(replace(reported, E'\\n', '/'), ' ; ' order by replicate) || max(note) from gone"),
	"a|b^c~d\\e&f ; xAB/Cy ; one/two/three ; loud \\Z1\\ \\XFF\\ \\Q ; M\x{C3}\x{BC}llGr\x{C3}\x{B6}\x{C3}\x{9F}e", 'escape sequences, lines, encoding and the number of the subject') || diag($said);

for my $status (qw(D I N O P R S U W X))
{
	($code, $said) = load(file("status $status.hl7", $head . obx('NM', '4.4', 11 => $status, 14 => '20080304') . $result));
	ok($code == 0 && $said =~ /[.]hl7:4: note: it is .*\($status\), and no result \[status\]$/m && entered() eq $row, "status $status: noted, and no result") || diag($said);
}
for my $case (
	[ 'no status', obx('NM', '4', 11 => ''), qr/OBX-11 does not say whether it is final \[hl7\]/ ],
	[ 'no value', obx('NM', ''), qr/there is neither a result nor/ ],
	[ 'a document', obx('ED', 'x'), qr/a value of type ED is not read/ ],
	[ 'several values', obx('NM', '4~5'), qr/OBX-5 has several values/ ],
	[ 'a range', obx('SN', '^1^-^2'), qr/result "1\^-\^2": .*\[type\]/ ],
	[ 'a number above the scale', obx('NM', '4.6', 8 => 'A~>^off scale^HL70078', 14 => '20080304'), qr/it is flagged >, above the scale, and its value is "4[.]6" \[hl7\]/ ],
	[ 'the same again', obx('NM', '4.6'), qr/line 4 has the same/ ],
	[ 'part of a date', obx('NM', '4.6', 14 => '200803'), qr/collected "200803"/ ],
	[ 'part of a moment', obx('NM', '4.6', 14 => '20080303123+0000'), qr/collected "20080303123\+0000".*\[type\]/ ])
{
	my ($name, $segment, $like) = @$case;
	says("hl7 $name.hl7", $head . $result . $segment, qr/[.]hl7:5: .*$like/, $row);
}
says('hl7 two numbers.hl7', "$head$result$head$result" =~ s/001\^\^\^TRIAL\^PI(?!.*001)/001^^^A~002^^^B/sr, qr/:8: PID-3 has several numbers/, $row);
says('hl7 no order.hl7', "$head${result}PID|2||002\r$result", qr/:6: collected \(empty\).*\[not null\]/, $row);
says('hl7 no subject.hl7', "$head$result$head$result" =~ s/PID[^\r]*\r(?!.*PID)//sr, qr/:7: PID-3 has no number/, $row);
says("hl7 for $_->[0].hl7", "$head$result" =~ s/[|]P[|]/|$_->[1]|/r, qr/:1: the message is for training or for a test, as MSH-11 says/) for [ 'training', 'T' ], [ 'a test', 'D^T' ];
says('hl7 another message.hl7', "$head$result" =~ s/ORU\^R01/ADT^A01/r, qr/:1: the message is not of type ORU\^R01/);
says('hl7 no header.hl7', $result, qr/:1: no message of HL7 begins here/);
says('hl7 bare line break.hl7', $head . obx('TX', "one\ntwo"), qr/:5: the line is no segment of HL7/);
says('hl7 wrong encoding.hl7', $head . obx('TX', "M\xFC"), qr/:4: the byte 0xFC is not of the encoding UTF-8/);
says('hl7 unknown encoding.hl7', $head =~ s/2[.]5/2.5||||||KLINGON/r . $result, qr/:1: the encoding in MSH-18 is not known/);
says('hl7 cut off.hl7', "\x0B$head$result", qr/:1: the frame that begins here has no end/);
says('hl7 a zero byte.hl7', $head . obx('NM', "4\0"), qr/:4: the line has a byte that is zero/);
says('hl7 no delimiters.hl7', "MSH\r$result", qr/:1: the segment does not begin with its delimiters/);

# ---- what is refused is a file of its own, which loads when it is mended

load(file('mended.hl7', $head . obx('NM', '4,5')));
my $mended = slurp_file("$directory/mended.rejected.csv");
like($mended, qr/^001,6298-4,Potassium,,2008-03-03,"4,5",mmol\/L,3[.]5,5[.]1,,F,,CENTRAL,/m, 'the refused result, as CSV');
load(file('mended.rejected.csv', $mended =~ s/"4,5"/4.5/r));
is(entered(), $row, 'which loads');

done_testing();
