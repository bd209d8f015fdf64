# A file of laboratory results with planted faults, and where each of them is.
package PlantedFile;

use strict;
use warnings;

use constant SUBJECTS => 1000;
my @header = qw(site_id subject_id collected test replicate visit laboratory reported value unit code fasting lln uln);
my %column = map { $header[$_] => $_ } 0 .. $#header;

# Tests, with a unit and values that nobody doubts
my @tests = (
	[ 'HGB', 'g/L', 120 ], [ 'ALT', 'U/L', 30 ], [ 'AST', 'U/L', 25 ], [ 'K', 'mmol/L', 4 ], [ 'SODIUM', 'mmol/L', 140 ],
	[ 'PLAT', '10*9/L', 220 ], [ 'WBC', '10*9/L', 6 ], [ 'ALB', 'g/L', 40 ], [ 'CL', 'mmol/L', 100 ], [ 'LIPASET', 'U/L', 40 ]);

# What is done to the cells of a good row; and the rule that finds it
my $of_subject = 'lab_result_site_id_subject_id_fkey';
my @kinds = (
	[ 'unknown subject', $of_subject, { subject_id => '9999' } ],
	[ 'unknown site', $of_subject, { site_id => 'S7' } ],
	[ 'blank behind the subject', $of_subject, sub { $_[0][1] .= ' ' } ],
	[ 'zeros of the subject lost', $of_subject, { subject_id => '7' } ],
	[ 'visit that was not', 'lab_result_site_id_subject_id_visit_fkey', { visit => 'unscheduled 9' } ],
	[ 'wrong day of the visit', 'result_visit', { visit => 'unscheduled 1' } ],
	[ 'twice in the file', 'lab_result_pkey', sub { 'twice' } ],
	[ 'otherwise in the study', 'known row', sub { $_[0][2] = '1999-01-01'; $_[0][8] += 1; '' } ],
	[ 'in the future', 'future_date', { collected => '2199-05-01' } ],
	[ 'no such day', 'type', { collected => '2007-02-30' } ],
	[ 'another format of the date', 'type', { collected => '03/04/2007' } ],
	[ 'no date', 'not null', { collected => '' } ],
	[ 'date of another century', 'lab_result_collected_check', { collected => '1807-03-01' } ],
	[ 'after the withdrawal', 'withdrawn', { subject_id => '0000', day => 4000 } ],
	[ 'unknown test', 'lab_test', { test => 'HBG' } ],
	[ 'unknown unit', 'lab_unit', { unit => 'bushels' } ],
	[ 'unit mixed up', 'lab_likely_unit', { test => 'HGB', value => '13.5', unit => 'g/L', day => 2000 } ],
	[ 'implausible', 'lab_plausible', { test => 'K', value => '44', unit => 'mmol/L', day => 2000 } ],
	[ 'no number', 'type', { value => 'haemolysed' } ],
	[ 'decimal comma', 'type', { value => '4,2' } ],
	[ 'code of a missing value', 'lab_plausible', { value => '-999' } ],
	[ 'value and code', 'lab_result_kind', { code => 'NEGATIVE' } ],
	[ 'value without unit', 'lab_result_unit', { unit => '' } ],
	[ 'unknown code', 'lab_code', { test => 'PROT', value => '', unit => '', code => '9+', day => 2000 } ],
	[ 'limits reversed', 'lab_result_limits', { lln => '9', uln => '2' } ],
	[ 'replicate zero', 'lab_result_replicate_check', { replicate => '0' } ],
	[ 'replicate in words', 'type', { replicate => 'two' } ],
	[ 'neither yes nor no', 'type', { fasting => 'perhaps' } ],
	[ 'a cell too few', 'cells', sub { splice @{ $_[0] }, 3, 1; '' } ],
	[ 'a cell too many', 'cells', sub { splice @{ $_[0] }, 3, 0, 'x'; '' } ]);

sub kinds { return scalar @kinds; }

# The study that the file is for; needs the schema of the extension on the path.
sub study
{
	my $last = SUBJECTS - 1;
	return <<"SQL";
set virotrial.reason = 'correction: test';
insert into ral.site (site_id, name) values ('S1', 'First');
insert into ral.subject (site_id, subject_id, birth_date, sex)
	select 'S1', to_char(n, 'FM0000'), '1970-01-01', 'male' from generate_series(0, $last) as n;
insert into ral.consent (site_id, subject_id, version, signed, withdrawn)
	select 'S1', to_char(n, 'FM0000'), '1.0', '1998-01-01', case when n = 0 then date '2009-01-01' end from generate_series(0, $last) as n;
insert into ral.visit (site_id, subject_id, visit, visit_date)
	select 'S1', to_char(n, 'FM0000'), 'unscheduled 1', '2010-01-01' from generate_series(1, $last) as n;
insert into ral.lab_result (site_id, subject_id, collected, test, value, unit)
	select 'S1', to_char(n, 'FM0000'), '1999-01-01', test, value, unit from generate_series(1, $last) as n,
		(values @{[ join ', ', map { "('$_->[0]', '$_->[1]', lab_value '$_->[2]')" } @tests ]}) as t (test, unit, value);
SQL
}

sub quoted
{
	return join(',', map { /[",\n]/ ? '"' . s/"/""/gr . '"' : $_ } @_) . "\n";
}

# A day, counted from the first of 2000
sub day
{
	my @date = gmtime(946684800 + 86400 * $_[0]);
	return sprintf '%04d-%02d-%02d', $date[5] + 1900, $date[4] + 1, $date[3];
}

sub good_row
{
	my ($number) = @_;
	my $subject = 1 + $number % (SUBJECTS - 1);
	my $turn = int($number / (SUBJECTS - 1));
	my $test = $tests[ $turn % @tests ];
	my $note = $number % 97 == 0 ? "said \"twice\",\nand again" : '';
	return [ 'S1', sprintf('%04d', $subject), day(int($turn / @tests)), $test->[0], '1', '', '', $note,
		$test->[2] + $number % 7 / 10, $test->[1], '', '', '', '' ];
}

# Spoils a row by a kind of fault; returns what more is to be done.
sub spoil
{
	my ($row, $kind, $number) = @_;
	my $change = $kind->[2];
	return $change->($row) // '' if ref $change eq 'CODE';
	$row->[ $column{$_} ] = $change->{$_} for grep { $_ ne 'day' } keys %$change;
	# Of another test or subject it is not to be a row that is there already.
	$row->[ $column{collected} ] = day($change->{day} + $number) if $change->{day};
	return '';
}

# Writes a file of rows, every so many of them with a fault; returns line, kind and rule of each.
# "good" leaves out the rows with faults.
sub write_file
{
	my ($path, $rows, $faults, $good) = @_;
	my $every = int($rows / $faults);
	my ($line, @planted) = (2);
	open my $file, '>', $path or die "$path: $!";
	print $file quoted(@header);
	for my $number (0 .. $rows - 1)
	{
		my $row = good_row($number);
		if ($number % $every == $every - 1 && @planted < $faults)
		{
			my $kind = $kinds[ @planted % @kinds ];
			my $good_text = quoted(@$row);
			my $also = spoil($row, $kind, scalar @planted);
			# A row that is there twice is good the first time.
			if ($also eq 'twice')
			{
				print $file $good_text;
				$line += $good_text =~ tr/\n//;
				$row->[ $column{value} ] += 0.1;
			}
			push @planted, [ $line, $kind->[0], $kind->[1] ];
			next if $good;
		}
		my $text = quoted(@$row);
		print $file $text;
		$line += $text =~ tr/\n//;
	}
	close $file or die "$path: $!";
	return @planted;
}

1;
