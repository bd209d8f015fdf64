# The program virotrial with files as sites send them: what is refused is named by
# its line, what is mended loads, nothing comes in twice, and an end at any point
# leaves all or nothing.  CLIENT_KILLS sets how many loads are killed.
use strict;
use warnings;

use Encode;
use File::Basename;
use IPC::Run;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(time usleep);

use ClientSession;
use PlantedFile;

my $kills = $ENV{CLIENT_KILLS} || 20;
my $node = PostgreSQL::Test::Cluster->new('client');
$node->init(extra => [ '--encoding', 'UTF8', '--locale', 'C' ], auth_extra => [ '--create-role', 'ral_nurse' ]);
$node->append_conf('postgresql.conf', "fsync = off\njit = off\nwork_mem = '64kB'\n");
$node->start;
my $directory = PostgreSQL::Test::Utils::tempdir();

sub sql
{
	my ($sql) = @_;
	return $node->safe_psql('postgres', "set search_path = public, virotrial;\n$sql");
}

# Runs the program; returns its exit code, and what it writes.
sub virotrial
{
	my ($command, @arguments) = @_;
	my ($out, $err) = ('', '');
	IPC::Run::run([ 'virotrial', $command, '-d', $node->connstr('postgres'), @arguments ], '<', \undef, '>', \$out, '2>', \$err,
		IPC::Run::timeout(180));
	return ($? >> 8, $out, $err);
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

# What it says to a file, which is no load
sub refuses
{
	my ($name, $content, $like, @options) = @_;
	my ($code, $out, $err) = virotrial('load', 'ral', file("$name subject.csv", $content), @options);
	ok($code == 2 && "$out$err" =~ $like, "$name: refused, with the place") || diag("$code $out $err");
	return;
}

sql("create schema virotrial; create extension virotrial schema virotrial; call create_study('ral');");
sql(PlantedFile::study());

# ---- faults, each by its line

my $path = "$directory/lab_result.csv";
my @planted = PlantedFile::write_file($path, 9000, 3 * PlantedFile::kinds());
my ($code, $out, $err) = virotrial('load', 'ral', $path, '--format=csv', '--quiet');
is($code, 1, 'a file with faults is refused');
is($err, '', 'without a warning, also where the rows are many for the memory');
my %found;
for (split /\n(?=lab_result)/, $out)
{
	my ($line, $rule) = /^lab_result[.]csv,(\d+),(?:[^,"]*,(?:"(?:[^"]|"")*"|[^,"]*),)([^,]*),refuse/ or next;
	$found{$line}{$rule} = 1;
}
is_deeply([ sort { $a <=> $b } keys %found ], [ map { $_->[0] } @planted ], 'each line with a fault is named, and no other');
is_deeply([ grep { !$found{ $_->[0] }{ $_->[2] } } @planted ], [], 'each by the rule that it breaks');
is(sql("select count(*) from ral.lab_result where collected > '1999-01-01'"), 0, 'nothing of it comes in');
is(sql("select verdict, lines > 9000, refused from ral.delivered_file"), 'refused|t|' . @planted, 'that it was tried is on record');

my ($dry) = virotrial('load', 'ral', $path, '--dry-run', '--quiet');
is($dry, 1, 'a dry run says the same');
is(sql('select count(*) from ral.delivered_file'), 1, 'and changes nothing');

# ---- the good rows alone; the others are mended, and load

($code, $out, $err) = virotrial('load', 'ral', $path, '--accept-good');
is($code, 1, 'the good rows are accepted');
like($out, qr/^The refused rows are in \Q$directory\E\/lab_result[.]rejected[.]csv[.]$/m, 'and where the others are is said');
my $rejected = slurp_file("$directory/lab_result.rejected.csv");
like($rejected, qr/\Asite_id,.*,virotrial_reasons\n/, 'with their reasons as the last column');
my $entered = sql("select count(*) from ral.lab_result where collected > '1999-01-01'");
is(sql("select entered from ral.delivered_file where verdict = 'in part'"), $entered, 'as many rows are in as it says');
PlantedFile::write_file("$directory/good_lab_result.csv", 9000, scalar @planted, 1);
($code, $out) = virotrial('load', 'ral', "$directory/good_lab_result.csv");
is($code, 0, 'the good rows are there already');
like($out, qr/: 0 good, 0 corrections, \d+ known already, 0 refused$/m, 'and nothing comes in twice');

file('part lab_result.csv', "site_id,subject_id,collected,test,value,unit\nS1,0001,2011-01-01,K,4.1,mmol/L\n"
	  . "S1,0001,2011-01-02,K,44,mmol/L\n\"S1\",\"0001\",2011-01-03,\"K\",\"four\n4\",mmol/L\nS1,0001,2011-01-04,K,4.4,mmol/L\n");
virotrial('load', 'ral', "$directory/part lab_result.csv", '--accept-good');
my $mended = slurp_file("$directory/part lab_result.rejected.csv");
like($mended, qr/,44,.*"four\n4",/s, 'two rows are rejected');
$mended =~ s/,44,/,4.4,/;
$mended =~ s/"four\n4"/4/;
($code, $out) = virotrial('load', 'ral', file('part lab_result.rejected.csv', $mended));
is($code, 0, 'the rejected rows, mended, load without a rest') || diag($out);
is(sql("select count(*) from ral.lab_result where collected >= '2011-01-01'"), 4, 'all rows are in then');

# ---- nothing twice; a correction has a reason

my @subjects = ("site_id,subject_id,birth_date,sex\n", map { "S1,N$_,1980-01-01,male\n" } 1 .. 3);
my $cumulative = file('subject.csv', join '', @subjects);
is((virotrial('load', 'ral', $cumulative))[0], 0, 'a file loads');
my $before = sql('select count(*) from ral.delivered_file');
($code, $out) = virotrial('load', 'ral', $cumulative);
like($out, qr/is loaded already, on .*nothing to do/, 'the same file again: it is known');
is(sql('select count(*) from ral.delivered_file'), $before, 'and nothing is changed');
file('subject.csv', join('', @subjects) =~ s/N2,1980-01-01,male/N2,1981-01-01,male/r . "S1,N4,1980-01-01,female\n");
($code, $out) = virotrial('load', 'ral', $cumulative);
ok($code == 1 && $out =~ /^subject[.]csv:3: birth_date is "1980-01-01" in the study and "1981-01-01" in the file \[known row\]$/m,
	'a changed row is refused without a reason') || diag($out);
($code, $out, $err) = virotrial('load', 'ral', $cumulative, '--reason=nonsense');
is($code, 2, 'and with a reason that the study does not know') || diag($out);
like($err, qr/"nonsense" is no reason for a change.*The codes are .*transcription, source, laboratory/s, 'which is told once, with those that it knows') || diag($err);
is($out, '', 'and of no row');
is((virotrial('load', 'ral', $cumulative, '--reason=query'))[0], 2, 'nor without the words that a reason needs');
($code, $out) = virotrial('load', 'ral', $cumulative, '--reason=transcription');
ok($code == 0 && $out =~ /^subject[.]csv:3: correction: birth_date is/m && $out =~ /1 good, 1 corrections, 2 known already, 0 refused/,
	'with a reason it is a correction, and shown') || diag($out);
is(sql("select birth_date, reason_code, source from ral.subject join ral.change on change_id = entered_in where subject_id = 'N2'"),
	'1981-01-01|transcription|file:subject.csv', 'the record has the reason and the file');
file('subject.csv', $subjects[0] . $subjects[1] . "S1,N5,1980-01-01,female\n");
($code, $out) = virotrial('load', 'ral', $cumulative, '--cumulative', '--dry-run');
like($out, qr/^subject[.]csv: note: "S1, N3": the study has it, and the file does not \[vanished row\]$/m, 'rows that vanished are listed');
unlike($out, qr/S1, N1/, 'and no others');

# ---- deviations

my $deviations = file('deviation.csv', "site_id,subject_id,rule,item,description\nS1,N1,visit_out_of_window,week 4,late\nS1,N1,tube_lost,,the tube was lost\n");
($code, $out) = virotrial('load', 'ral', $deviations, '--accept-good');
ok($code == 1 && $out =~ /^deviation[.]csv:2: rule "visit_out_of_window": the rule writes its deviations itself \[found by a rule\]$/m, 'a deviation that a rule finds is named by its line') || diag($out);
is(sql("select string_agg(rule, ' ') from ral.deviation where subject_id = 'N1'"), 'tube_lost', 'and one that people report comes in');

# ---- several files of one delivery

my @delivery = (file('new consent.csv', "site_id,subject_id,version,signed\nS1,D1,1.0,2008-01-01\nS1,D2,1.0,2008-01-01\n"),
	file('new subject.csv', "site_id,subject_id,birth_date,sex\nS1,D1,1970-01-01,male\nS1,D2,1970-01-01,M\n"));
($code, $out) = virotrial('load', 'ral', @delivery);
ok($code == 1 && $out =~ /^new consent[.]csv:3: .*is not in table subject.*\n    Hint: Line 3 of file "new subject[.]csv", which would bring it, is refused[.]$/m,
	'a row whose subject is refused says where that is') || diag($out);
is(sql("select count(*) from ral.subject where subject_id like 'D%'"), 0, 'of a delivery nothing comes in, or all');
file('new subject.csv', "site_id,subject_id,birth_date,sex\nS1,D1,1970-01-01,male\nS1,D2,1970-01-01,male\n");
is((virotrial('load', 'ral', @delivery))[0], 0, 'files may refer to each other, in any order');

# ---- how files are written

my $header = "Center;Patient;Geboren;sex;Bemerkung";
my $mapping = file('german subject.mapping.csv', "kind,name,value,detail\ncolumn,Center,site_id,\ncolumn,Patient,subject_id,\n"
	  . "column,Geboren,birth_date,DD.MM.YYYY\ncolumn,Bemerkung,,\nword,sex,m,male\nword,sex,w,female\n");
my $german = "$header\r\nS1;G1;7.3.1970;m;\"gro\xDF;\r\nund \"\"alt\"\"\"\r\n\r\nS1;G2;08.03.1970;w;\r\nS1;G3;09.13.1970;m;\r\n";
refuses('an unknown encoding', $german, qr/:1?2: the byte 0xDF is not UTF-8\nHint: Say the encoding[.] --encoding windows-1252 reads there: 1;G1;7[.]3[.]1970;m;"gro\xC3\x9F;\nIf letters are wrong/, "--mapping=$mapping");
refuses('a byte of no letter', "site_id,subject_id,birth_date,sex\nS1,\x81,1970-01-01,male\n", qr/:2: the byte 0x81 is not UTF-8, nor windows-1252\nHint: Say the encoding/);
($code, $out) = virotrial('load', 'ral', file('german subject.csv', $german), '--encoding=windows-1252', '--accept-good');
like($out, qr/^german subject[.]csv:6: Geboren "09[.]13[.]1970": /m, 'lines are those of the file, line breaks in cells counted');
is(sql("select string_agg(subject_id || ' ' || birth_date || ' ' || sex, ', ' order by 1) from ral.subject where subject_id like 'G%'"),
	'G1 1970-03-07 male, G2 1970-03-08 female', 'a mapping says columns, format and words');
like(slurp_file("$directory/german subject.rejected.csv"),
	qr/\A$header;virotrial_reasons\r\nS1;G3;09[.]13[.]1970;m;;"birth_date: [^;\n]*"\r\n\z/, 'the rejected rows are in the format of the file');
for my $encoding ('UTF-16LE', 'UTF-16BE', 'UTF-8')
{
	my $text = Encode::encode($encoding, "\x{FEFF}site_id\tsubject_id\tbirth_date\tsex\nS1\tU\x{DF}$encoding\t1970-01-01\tmale\n");
	is((virotrial('load', 'ral', file("$encoding subject.tsv", $text)))[0], 0, "a file with the mark of $encoding");
}
is(sql("select count(*) from ral.subject where subject_id like U&'U\\00DF%'"), 3, 'and its letters');
refuses('dates in an unknown format', "site_id,subject_id,birth_date,sex\nS1,X,03/04/1970,male\n",
	qr/writes birth_date as "03\/04\/1970".*Hint: Say it: --date-format/s);
my $wide = file('wide lab_result.csv', "Subject,collected,\"HGB (g/dL)\",\"K\"\n0001,2012-01-01,\"13,5\",\"4,1\"\n0002,2012-01-01,,\"44,1\"\n");
file('wide lab_result.mapping.csv', "kind,name,value,detail\nconstant,site_id,S1,\ncolumn,Subject,subject_id,\n"
	  . "test,HGB (g/dL),HGB,g/dL\ntest,K,K,mmol/L\ndecimal,comma\n");
($code, $out) = virotrial('load', 'ral', $wide, '--accept-good');
like($out, qr/^wide lab_result[.]csv:3: K "44,1": .*\[lab_plausible\]$/m, 'each column may be a test');
is(sql("select string_agg(test || ' ' || value || ' ' || unit, ', ' order by test) from ral.lab_result where collected = '2012-01-01'"),
	'HGB 13.5 g/dL, K 4.1 mmol/L', 'with a decimal comma');
($code, $out) = virotrial('load', 'ral', '--dry-run', '--mapping', "$directory/wide lab_result.mapping.csv", file('wide again lab_result.csv', "Subject,collected,\"HGB (g/dL)\",K\n0001,2012-01-01,\"13,5\",\"4,2\"\n"));
like($out, qr/^wide again lab_result[.]csv:2: K: value is "4.1" in the study and "4.2" in the file \[known row\]$/m, 'a fault of a row does not say that its cell is empty');
# A text is read by the mark of its file, and corrected so.
for my $case ([ '1.200', '"120,000"', '1200, 120' ], [ '1.300', '"1,2E5"', '1300, 120000' ])
{
	virotrial('load', 'ral', '--decimal-comma', '--delimiter=,', '--reason=laboratory', file('german viral_load_result.csv', "site_id,subject_id,collected,assay,reported,reported_unit\n"
		  . "S1,0001,2012-03-01,Quantiplex 3.0,$case->[0],copies/mL\nS1,0001,2012-03-02,Quantiplex 3.0,$case->[1],copies/mL\n"));
	is(sql("select string_agg(viral_load::text, ', ' order by collected) from ral.viral_load_result where collected in ('2012-03-01', '2012-03-02')"), $case->[2], "$case->[0] and $case->[1]");
}
sql("set virotrial.reason = 'correction: test'; delete from ral.viral_load_result where collected in ('2012-03-01', '2012-03-02')");
my $signed = file('signed viral_load_result.csv', "site_id,subject_id,collected,assay,sign,copies\nS1,0001,2012-01-01,Quantiplex 3.0,<,50\n"
	  . "S1,0001,2012-01-02,Quantiplex 3.0,=,500\n");
file('signed viral_load_result.mapping.csv', "kind,name,value,detail\ncolumn,sign,viral_load,\ncolumn,copies,viral_load,\nword,sign,=,\n");
is((virotrial('load', 'ral', $signed))[0], 0, 'a sign may have a column of its own');
is(sql("select string_agg(viral_load::text, ' ' order by collected) from ral.viral_load_result where collected >= '2012-01-01'"), '<50 500', 'and is read with its number');

# ---- lines of delimiters alone, as spreadsheets write them

($code, $out) = virotrial('load', 'ral', file('sheet subject.csv', "site_id;subject_id;birth_date;sex\r\nS1;E1;1970-01-01;male\r\n;;;\r\n\"\";;;\r\nS1;E2;1970-01-01;male\r\n;;;;;\r\n"));
ok($code == 0 && $out =~ /^sheet subject[.]csv: 3 lines without a value are passed over, the first is line 3\n.*: 2 rows: 2 good/m, 'they are passed over, and counted') || diag($out);
unlike($out, qr/line end/, 'the last line has its end');
($code, $out) = virotrial('load', 'ral', '--dry-run', file('cut subject.csv', "site_id;subject_id;birth_date;sex\nS1;E3;1970-01-01;male\n;;;\nS1;E4;1970-01-01;male"));
ok($code == 0 && $out =~ /^cut subject[.]csv: line 4, the last, has no line end/m && $out =~ /: 2 rows: 2 good/, 'a last line without its end is named') || diag($out);
($code, $out) = virotrial('load', 'ral', file('blank subject.csv', "site_id;subject_id;birth_date;sex\n ;;;\n"));
ok($code == 1 && $out =~ /^blank subject[.]csv:2: /m, 'but not one with a blank') || diag($out);

# ---- lookups: in a file beside the mapping, and in a table of the study

sql("insert into ral.consent (site_id, subject_id, version, signed) values ('S1', 'E1', 'lab 77', '2008-01-01'), ('S1', 'E2', 'lab 78', '2008-01-01'), ('S1', 'N1', 'lab 79', '2008-01-01'), ('S1', 'N3', 'lab 79', '2008-01-01')");
file('kits.csv', "kit,assay\nKit A,Quantiplex 3.0\nB,Quantiplex 3.0\n");
my $tubes = "kind,name,value,detail\ntable,viral_load_result,,\nconstant,site_id,S1,\nconstant,reported_unit,copies/mL,\ncolumn,Number,subject_id,\ncolumn,Kit,assay,\ncolumn,Day,collected,\ncolumn,Result,reported,\n"
  . "lookup,Number,consent.version,subject_id\nlookup,Kit,kits.csv,\n";
file('tubes.mapping.csv', $tubes);
my $tube_file = file('tubes.csv', "Number,Kit,Day,Result\nlab 77,Kit A,2013-01-01,500\nlab 78,B,2013-01-01,600\nlab 70,B,2013-01-01,700\nlab 78,C,2013-01-02,800\nlab 79,B,2013-01-03,900\n");
($code, $out, $err) = virotrial('load', 'ral', $tube_file, '--accept-good');
is(join("\n", $out =~ /^(tubes[.]csv:\d.*)$/mg), join("\n", 'tubes.csv:4: Number "lab 70" is not in consent.version [lookup]',
	'tubes.csv:5: Kit "C" is not in kits.csv [lookup]', 'tubes.csv:6: Number "lab 79" is not in consent.version [lookup]'), 'what is not found, or stands for several, is reported by its line') || diag("$out$err");
is(sql("select string_agg(subject_id || ' ' || assay || ' ' || viral_load, ', ' order by subject_id) from ral.viral_load_result where collected between '2013-01-01' and '2013-01-31'"),
	'E1 Quantiplex 3.0 500, E2 Quantiplex 3.0 600', 'and what is found comes in');
like(slurp_file("$directory/tubes.rejected.csv"), qr/^lab 70,B,2013-01-01,700,"Number ""lab 70"" is not in consent[.]version"$/m, 'the rejected rows are as they came');
for my $case ([ 'a table that is not there', "lookup,Number,tube.version,subject_id\n", qr/the study has no "tube[.]version" with "subject_id" to look up in/ ],
	[ 'a file that is not there', "lookup,Number,none.csv,\n", qr/none[.]csv: No such file/ ], [ 'a file of three columns', "lookup,Number,tubes.csv,\n", qr/tubes[.]csv:1: .*has two columns/ ],
	[ 'two words for one cell', "word,Kit,A,B\nword,Kit,A,C\n", qr/cell "A" of column "Kit" is to become several words/ ])
{
	my ($what, $lines, $like) = @$case;
	($code, $out, $err) = virotrial('load', 'ral', $tube_file, '--mapping=' . file('lookup.mapping.csv', ($tubes =~ s/^lookup.*\n//mgr) . $lines));
	ok($code == 2 && $err =~ $like, "$what: it says so") || diag("$code $out $err");
}

# ---- malformed files

my $good = "site_id,subject_id,birth_date,sex\nS1,M1,1970-01-01,male\n";
refuses('no file', '', qr/the file has no header\nHint: Its first line/);
sql('create role reads_nothing login; grant usage on schema virotrial to reads_nothing');
like((virotrial('load', '-U', 'reads_nothing', 'ral', file('no right subject.csv', $good)))[2], qr/you may load no table of study "ral".*Hint: Ask/s, 'no right to the study');
refuses('UTF-16 without a mark', Encode::encode('UTF-16LE', $good), qr/:1: .*\nHint: If the file is UTF-16, say it/);
refuses('a zero byte', "${good}S1,M\0,1970-01-01,male\n", qr/:3: the line has a byte that is zero/);
refuses('half a character', "${good}S1,M\xC3", qr/:3: the byte 0xC3 is not UTF-8/);
refuses('a quote that is not closed', "${good}S1,\"M2,1970-01-01,male\nS1,M3,1970-01-01,male\n", qr/:3: the quote that a cell of this record begins with is not closed/);
refuses('a quote in a cell', "${good}S1,M\"2,1970-01-01,male\n", qr/:3: a quote stands in the middle of a cell/);
refuses('several delimiters', "site_id,subject_id;birth_date\tsex\n", qr/:1: the header has several delimiters/);
refuses('another delimiter', $good =~ tr/,/:/r, qr/column ".*" of the file is none of table/);
# A gigabyte where there is time for it.
refuses('a long line', "${good}S1,\"" . 'x' x (($ENV{CLIENT_KILLS} ? 1024 : 17) * 1024 * 1024) . "\n", qr/:3: the record that begins here is longer than 16 MB/);
refuses('titles above the header', "Laboratory;;;\n;;;\nsite_id;subject_id;birth_date;sex\n", qr/:1: 3 columns have no heading\nHint: The first line names the columns/);
refuses('two columns of one name', "site_id,site_id\n", qr/two columns of the file are called "site_id"/);
refuses('a needed column', "site_id,sex\nS1,male\n", qr/has no column for "subject_id"/);
refuses('a constant for nothing', $good, qr/has no column "colour"/, '--mapping=' . file('m.csv', "kind,name,value,detail\nconstant,colour,red,\n"));
refuses('a mapping that is none', $good, qr/is not a mapping/, "--mapping=$path");
refuses('an encoding that is none', $good, qr/there is no encoding "klingon"/, '--encoding=klingon');
refuses('a format that is none', $good, qr/is not a format of dates/, '--date-format=DD.MM.YY');
is((virotrial('load', 'ral', "$directory/not there subject.csv"))[0], 2, 'a file that is not there');
like((virotrial('load', 'ral', $directory))[2], qr/it is a directory.*\nHint: Give the rows to the standard input/, 'a directory');
is((virotrial('load', 'nowhere', $path))[0], 3, 'a study that is not there');
($code, $out) = virotrial('load', 'ral', file('mixed subject.csv', "site_id,subject_id,birth_date,sex\rS1,L1,1970-01-01,male\r\nS1,L2,1970-01-01,male\n\nS1,L3,1870-01-01,male"));
like($out, qr/^mixed subject[.]csv:5: birth_date "1870-01-01"/m, 'line ends of all kinds are counted');

# Twenty kinds of damage at five places each: what a line says, or the file, and never a crash.
my @damages = (
	sub { substr $_[0], 0, $_[1] }, (map { my $bytes = $_; sub { substr($_[0], $_[1], 0) = $bytes; $_[0] } } "\0", "\r", "\n\r", '"', '""', "\xFF", "\xC0\x80",
		"\xED\xA0\x80", "\xF7\xB0\xBD\xA7", "\xEF\xBB\xBF", "\x1A\x07", "S\0u\0", ',', ';', "\t", 'x' x 100_000, ',' x 2000),
	sub { substr($_[0], $_[1]) =~ tr/,/;/; $_[0] }, sub { substr($_[0], $_[1], 9) = ''; $_[0] });
my %unsaid;
for my $kind (0 .. $#damages)
{
	for my $place (1 .. 5)
	{
		my $text = join '', $good, map { "S1,R$_,1970-01-01,male\n" } 1 .. 4;
		my ($status, $said, $wrong) = virotrial('load', 'ral', file('damaged subject.csv', $damages[$kind]->($text, 14 + $place * 24)), '--dry-run');
		$unsaid{"$kind at $place"} = "$status $said $wrong"
		  unless $status == 0 && $said =~ / 0 refused/ || ($status == 1 || $status == 2) && "$said$wrong" =~ /subject[.]csv:\d+: ./ && "$said$wrong" !~ /internal|unexpected|XX000/;
	}
}
is(scalar @damages, 20, 'kinds of damage');
is_deeply(\%unsaid, {}, 'a hundred damaged files: a message with the line, and never a crash');

# ---- a clerk of a site

sql("call secure_study('ral'); create role ral_nurse login; grant ral_clerk to ral_nurse;
	insert into ral.site (site_id, name) values ('S2', 'Second'); insert into ral.site_access (login, site_id) values ('ral_nurse', 'S2')");
($code, $out) = virotrial('load', 'ral', '-U', 'ral_nurse', file('nurse subject.csv', "site_id,subject_id,birth_date,sex\nS2,K1,1970-01-01,male\nS1,K2,1970-01-01,male\n"));
ok($code == 1 && $out =~ /^nurse subject[.]csv:3: site_id "S1": site S1 is not one that you see \[site access\]$/m && $out !~ /csv:2:/, 'a clerk loads no row of another site') || diag($out);
($code, $out, $err) = virotrial('load', 'ral', '-U', 'ral_nurse', file('nurse subject.csv', "site_id,subject_id,birth_date,sex\nS2,K1,1970-01-01,male\n"));
is($code, 0, 'but those of his own') || diag("$out$err");
is($node->safe_psql('postgres', 'select count(*) from ral.delivered_file where entered_by <> session_user', extra_params => [ '-U', 'ral_nurse' ]), 0, 'and sees no files of others');
($code, $out, $err) = virotrial('load', 'ral', '-U', 'ral_nurse', file('nurse lab_test.csv', "test,name\nX,X\n"));
ok($code == 2 && $err =~ /no table is named by the file|no table "/, 'nor does he load what he may not enter') || diag("$code$out$err");

# ---- killed at any point

# A part is the same rows as another replicate; one that came in whole is followed by the next.
PlantedFile::write_file("$directory/whole.csv", 12000, 1, 1);
my $whole = slurp_file("$directory/whole.csv");
my $rows;

sub part
{
	my ($number) = @_;
	my $text = $whole;
	$rows = $text =~ s/^(S1,[^,]*,[^,]*,[^,]*),1,/$1,$number,/mg;
	return file("part $number of lab_result.csv", $text);
}

sql("set virotrial.reason = 'correction: test'; delete from ral.lab_result");
my ($number, $killed, $wrong_ends) = (1, 0, 0);
my $part = part(1);
my $began = time;
virotrial('load', 'ral', $part, '--dry-run', '--quiet');
my $took = time - $began;
while ($killed < $kills)
{
	my ($said, $wrong) = ('', '');
	my $client = IPC::Run::start([ 'virotrial', 'load', '-d', $node->connstr('postgres'), 'ral', $part, '--quiet' ], '<', \undef, '>', \$said, '2>', \$wrong);
	usleep(1e6 * $took * 1.3 * rand);
	if ($killed % 2) { $client->kill_kill(grace => 0); }
	else
	{
		$node->safe_psql('postgres', "select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'virotrial%'");
		$client->finish;
	}
	$node->poll_query_until('postgres', "select not exists (select from pg_stat_activity where application_name like 'virotrial%')");
	my ($there, $known) = split /\|/, sql("select count(*), (select count(*) from ral.delivered_file where name ~ '^part .* of lab_result.csv' and verdict = 'whole') from ral.lab_result");
	$wrong_ends++ unless $there == $known * $rows && ($known == $number - 1 || $known == $number);
	if ($known < $number) { $killed++; }
	else { $part = part(++$number); }
}
is($wrong_ends, 0, "$killed loads were killed, by the client or the server: all or nothing, and the " . ($number - 1) . ' between them were whole');
is((virotrial('load', 'ral', $part))[0], 0, 'the file loads after them');
is(sql("select count(*) = count(distinct (subject_id, collected, test, replicate)) and count(*) = $number * $rows from ral.lab_result"), 't', 'no row lost, none twice');

# ---- an interrupt

PlantedFile::write_file("$directory/interrupted_lab_result.csv", 30000, 1, 1);
my ($said, $wrong) = ('', '');
my $client = IPC::Run::start([ 'virotrial', 'load', '-d', $node->connstr('postgres'), 'ral', "$directory/interrupted_lab_result.csv" ], '<', \undef, '>', \$said, '2>', \$wrong);
$node->poll_query_until('postgres', "select exists (select from pg_stat_activity where application_name ~ '^virotrial: judges a file')");
$client->signal('INT');
$client->finish;
is($client->result, 130, 'an interrupt ends it');
like($wrong, qr/^virotrial: interrupted; nothing was changed$/m, 'and it says so');

# an interrupt during the commit, for which it is too late
$node->safe_psql('postgres', q{
	create function ral.linger() returns trigger language plpgsql as $$
		begin perform pg_sleep(120); return null; exception when query_canceled then return null; end; $$;
	create constraint trigger linger after insert on ral.subject deferrable initially deferred
		for each row execute function ral.linger()});
file('late_subject.csv', "site_id,subject_id,birth_date,sex\nS1,P0,1970-01-01,male\n");
$client = IPC::Run::start([ 'virotrial', 'load', '-d', $node->connstr('postgres'), 'ral', "$directory/late_subject.csv" ], '<', \undef, '>', \$said, '2>', \$wrong);
$node->poll_query_until('postgres', "select exists (select from pg_stat_activity where application_name = 'virotrial: commits' and wait_event = 'PgSleep')");
$client->signal('INT');
$client->finish;
is($client->result || 0, 0, 'an interrupt of the commit is too late');
is(sql("select count(*) from ral.subject where subject_id = 'P0'"), '1', 'the row is in the study');
$node->safe_psql('postgres', 'drop function ral.linger cascade');

# ---- from a pipe

my $piped = sub
{
	my ($content, @arguments) = @_;
	my ($out, $err) = ('', '');
	IPC::Run::run([ 'virotrial', 'load', 'ral', '-', '-d', $node->connstr('postgres'), @arguments ], '<', \$content, '>', \$out, '2>', \$err, IPC::Run::timeout(180));
	return ($? >> 8, $out, $err);
};
($code, $out, $err) = $piped->("site_id,subject_id,birth_date,sex\nS1,P1,1970-01-01,male\nS1,P2,1970-02-31,male\n", '--table=subject');
ok($code == 1 && $out =~ /^stdin:3: birth_date "1970-02-31"/m, 'the standard input is judged, line by line') || diag("$code $out $err");
($code, $out, $err) = $piped->("site_id,subject_id,birth_date,sex\nS1,P1,1970-01-01,male\n", '--table=subject');
ok($code == 0 && sql("select count(*) from ral.subject where subject_id = 'P1'") eq '1', 'and loaded') || diag("$code $out $err");
is(sql("select name from ral.delivered_file where verdict = 'whole' order by delivered_file_id desc limit 1"), 'stdin', 'under this name');
($code, $out, $err) = $piped->("site_id\n", '--table=subject', '--accept-good');
ok($code == 2 && $err =~ /--accept-good needs a file with a name/, 'its refused rows have no place');

# ---- map, check

($code, $out) = virotrial('map', 'ral', file('new viral_load_result.csv', "Site;Patient ID;Sample date;Assay;Result;Remark\n"));
is($out, join("\n", 'kind,name,value,detail', 'table,viral_load_result,"",""', 'column,Site,site_id,""', 'column,Patient ID,subject_id,""',
	'column,Sample date,collected,YYYY-MM-DD', 'column,Assay,assay,""', 'column,Result,reported,""', '"# ""Remark"" is not known. It has: nothing",,,', '#column,Remark,"",""', ''),
	'a mapping is proposed');
my $foreign = file('neu subject.csv', "Zentrum;Patient-Nr.;Geburtsdatum;Geschlecht;Anmerkung\nS1;M1;31.01.1970;male;\"a\nb\"\n");
($code, $out) = virotrial('map', 'ral', $foreign);
is_deeply([ grep { /column|constant/ } split /\n/, $out ], [ '#column,Zentrum,site_id,""', '#column,Patient-Nr.,"",""', '#column,Geburtsdatum,birth_date,DD.MM.YYYY', '#column,Geschlecht,sex,""', '#column,Anmerkung,"",""',
	'constant,subject_id,"",""' ], 'what cells tell of unknown headings waits behind a #');
like($out, qr/^"# ""Anmerkung"" is not known[.] It has: a b",,,$/m, 'with cells');
file('neu subject.mapping.csv', $out);
($code, $out, $err) = virotrial('load', 'ral', $foreign);
ok($code == 2 && $err =~ /column "Anmerkung" of the file is none of table/, 'and is not loaded by') || diag("$code $err");
file('neu subject.mapping.csv', "kind,name,value,detail\ncolumn,Zentrum,site_id,\ncolumn,Patient-Nr.,subject_id,\ncolumn,Geburtsdatum,birth_date,DD.MM.YYYY\ncolumn,Geschlecht,sex,\ncolumn,Anmerkung,,\n");
is((virotrial('load', 'ral', $foreign))[0], 0, 'until the clerk has said what they are');
($code, $out) = virotrial('map', 'ral', file('next subject.csv', "Zentrum;Patient-Nr.;Geburtsdatum;Geschlecht;Anmerkung;Unité\n"));
is($out, join("\n", 'kind,name,value,detail', 'table,subject,"",""', 'column,Zentrum,site_id,""', 'column,Patient-Nr.,subject_id,""', 'column,Geburtsdatum,birth_date,DD.MM.YYYY', 'column,Geschlecht,sex,""',
	'column,Anmerkung,"",""', '"# ""Unité"" is not known. It has: nothing",,,', '#column,Unité,"",""', ''), 'the study knows them then');
sql("set virotrial.reason = 'correction: test'; delete from ral.subject where subject_id = 'M1'");
($code, $out) = virotrial('check', 'ral');
like($out, qr/^configuration: \d+ found\n(?:.*\n)*rule: 0 found\noverdue query: 0 found\nseal: 0 found$/m, 'a study is checked');
is((virotrial('load', 'ral', '-d', 'host=/nowhere', $path))[0], 3, 'a server that is not there');

# ---- an export of REDCap: the fields of a form by their labels, words for codes, rows that have the form

my $dictionary = file('redcap dictionary.csv', join "\n", 'field_name,form_name,section_header,field_type,field_label,select_choices_or_calculations',
	'record_id,demographics,,text,Record ID,', 'dob,demographics,,text,Date of birth,', 'q7,demographics,,radio,Gender,"1, Female | 2, Male"',
	'weeks,demographics,,calc,Weeks,"round([a], 2)"', 'vdate,vitals,,text,Date,', 'q9,vitals,,text,weight kg,', '');
my $records = file('records.csv', join "\n", 'record_id,redcap_event_name,redcap_data_access_group,dob,q7,weeks,demographics_complete,vdate,q9,vitals_complete',
	'"R1","screening_arm_1","S1","1970-01-31",1,4,2,"2008-01-21",70.5,2', '"R1","week_4_arm_1","S1","","","","","2008-02-20",71,2', '"R2","screening_arm_1","S1","1971-01-31",2,4,2,"","",""', '');
($code, $out, $err) = virotrial('map', 'ral', $records, '--table=subject', "--dictionary=$dictionary", '--form=demographics');
is("$code $err", '0 ', 'a mapping for a form is proposed');
is_deeply([ grep { /^(column,(record|redcap|dob|q7|weeks)|only|word|constant)/ } split /\n/, $out ], [ 'column,record_id,subject_id,""', 'column,redcap_event_name,"",""',
	'column,redcap_data_access_group,site_id,""', 'column,dob,birth_date,YYYY-MM-DD', 'column,q7,sex,""', 'column,weeks,"",""', 'only,demographics_complete,"",""',
	'word,q7,1,female', 'word,q7,2,male' ], 'fields are found by name and label, and codes become words of the table');
($code, $out, $err) = virotrial('load', 'ral', $records, '-q', '--mapping=' . file('demographics.mapping.csv', $out));
is("$code $out$err", '0 ', 'and loads');
is(sql("select string_agg(concat_ws(' ', subject_id, birth_date, sex), ', ' order by subject_id) from ral.subject where subject_id ~ '^R'"), 'R1 1970-01-31 female, R2 1971-01-31 male', 'the rows that have the form');
is(sql("select entered || ' ' || refused from ral.delivered_file where name = 'records.csv'"), '2 0', 'and no others');
for my $case ([ 'no form', qr/a data dictionary has several forms.*demographics, vitals.*--form/s ], [ 'another form', qr/the data dictionary has no form "x"/, '--form=x' ])
{
	my ($what, $like, @form) = @$case;
	($code, $out, $err) = virotrial('map', 'ral', $records, '--table=subject', "--dictionary=$dictionary", @form);
	ok($code == 2 && $err =~ $like, "$what: it asks") || diag("$code $err");
}
($code, $out, $err) = virotrial('map', 'ral', $records, '--table=subject', "--dictionary=$records", '--form=x');
ok($code == 2 && $err =~ /records[.]csv is not a data dictionary of REDCap/, 'a file that is none');
file('only.mapping.csv', "kind,name,value,detail\ntable,subject,,\nonly,sex,male,\nonly,sex,female,\nonly,site_id,S1,\n");
($code, $out, $err) = virotrial('load', 'ral', '-q', file('only.csv', "site_id,subject_id,birth_date,sex\nS1,O1,1970-01-01,male\nS1,O2,1970-01-01,other\nS1,O3,1970-01-01,female\nS2,O4,1970-01-01,male\nS1,O5,1970-01-01,\n"));
is("$code " . sql("select string_agg(subject_id, ' ' order by subject_id) from ral.subject where subject_id ~ '^O'"), '0 O1 O3', 'of one heading one value is enough, of several all are asked') || diag("$out $err");

# ---- the session of doc/loading.md, as a clerk would type it

cmp_ok(ClientSession::run_document($node, "$directory/session", dirname(__FILE__) . '/../../doc/loading.md'), '>', 5, 'the session has been run');

my $data = $ENV{VIROTRIAL_DATA} // '';
SKIP:
{
	skip("no real file: VIROTRIAL_DATA has no hiv/actg315.csv", 3) unless -e "$data/hiv/actg315.csv";
	# Its days become dates; all else is as it came.
	my ($between, $written, %patient) = (0, '');
	for my $record (split /\r?\n/, slurp_file("$data/hiv/actg315.csv"))
	{
		my @cell = split /,/, $record;
		if ($cell[2] =~ /^\d+$/)
		{
			$patient{ $cell[1] } = 1;
			$between++ if 10**$cell[3] >= 50 && 10**$cell[3] <= 500000;
			$cell[2] = PlantedFile::day($cell[2]);
		}
		$written .= join(',', @cell) . "\n";
	}
	sql("set virotrial.reason = 'correction: test'; insert into ral.subject (site_id, subject_id, birth_date, sex) values "
		  . join ', ', map { "('S2', '$_', '1960-01-01', 'male')" } keys %patient);
	my $real = file('actg315.csv', $written);
	my @lines = ('kind,name,value,detail', 'constant,site_id,S2,', 'column,Patid,subject_id,', 'column,Day,collected,', 'column,Obs.No,,');
	file('vl.mapping.csv', join "\n", @lines, 'table,viral_load_result,,', 'column,log10.RNA.,reported,', 'column,CD4,,',
		'constant,assay,Quantiplex 3.0,', 'constant,reported_unit,log10 copies/mL,', '');
	($code, $out, $err) = virotrial('load', 'ral', "--mapping=$directory/vl.mapping.csv", '--accept-good', $real);
	is(sql("select count(*) from ral.viral_load_result where site_id = 'S2'"), $between, 'a real trial: log10 copies between the limits of the assay')
	  || diag("$out$err");
	is(sql("select max(abs(log10_copies(viral_load) - reported::float8)) < 0.001 from ral.viral_load_result where site_id = 'S2'"), 't', 'are what the file says');
	file('cd4.mapping.csv', join "\n", @lines, 'table,cd4_result,,', 'column,log10.RNA.,,', 'column,CD4,cd4_count,', 'constant,unit,cells/uL,', '');
	($code, $out, $err) = virotrial('load', 'ral', "--mapping=$directory/cd4.mapping.csv", $real);
	my @fractions = $out =~ /^actg315[.]csv:\d+: CD4 "[\d.]+": .* \[cd4_fraction\]$/mg;
	ok($code == 1 && @fractions > 300, 'its counts are no whole cells: each is named') || diag("$out$err");
}
done_testing();
