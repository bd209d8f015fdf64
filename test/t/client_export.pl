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
my @expected = qw(ae dm ds eg ex lb ms pf sv vs adae adlb adsl adtte advl);
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
	ex => "regimen where drug = 'RAL'", vs => "(values (1), (2), (3)) as planted", adsl => 'subject', adae => 'adverse_event');
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
is(join(' ', map { "$_->{VSTESTCD}=$_->{VSSTRESN}$_->{VSSTRESU}" } records($data{vs})), 'DIABP=80mmHg SYSBP=120mmHg WEIGHT=70.5kg', 'what was not measured is not there');
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

# ---- the session of the document

cmp_ok(ClientSession::run_document($node, "$directory/session", dirname(__FILE__) . '/../../doc/export.md'), '>', 5, 'the session has been run');

$node->stop;
done_testing();
