# Binary input of the censored types and of the states: what COPY brings in
# survives, and everything malformed is refused with its SQLSTATE and leaves no row.
use strict;
use warnings;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('binary');
$node->init;
$node->start;
$node->safe_psql('postgres', 'create extension virotrial');
my $directory = PostgreSQL::Test::Utils::tempdir();

# A file of COPY's binary format with one column, of the given values.
sub copy_file
{
	my ($name, @values) = @_;
	my $content = "PGCOPY\n\377\r\n\0" . pack('NN', 0, 0);
	$content .= pack('nN/a*', 1, $_) foreach @values;
	$content .= pack('n', 0xffff);
	open my $file, '>:raw', "$directory/$name" or die $!;
	print $file $content;
	close $file;
	return "$directory/$name";
}

# Each case: type, payload, SQLSTATE, a part of the message, name.
my @cases;

sub refused
{
	push @cases, [@_];
	return;
}

sub value_bytes
{
	my ($qualifier, $number) = @_;
	return "\1" . $qualifier . pack('d>', $number);
}

my ($infinity, $nan) = (9**9**9, -sin(9**9**9));

foreach my $type ('viral_load', 'log_reduction')
{
	my $good = value_bytes('<', 50);
	refused($type, substr($good, 0, $_), '08P01', 'left in message', "$type of $_ bytes") foreach 0 .. 9;
	refused($type, $good . "\0", '22P03', 'incorrect binary data format', "$type with a byte too many");
	refused($type, $good x 2, '22P03', 'incorrect binary data format', "$type twice");
	refused($type, chr($_) . substr($good, 1), '22P03', "unsupported version $_", "$type of version $_")
	  foreach 0, 2, 49, 128, 255;
	refused($type, "\1" . chr($_) . substr($good, 2), '22P03', 'invalid external', "$type with qualifier byte $_")
	  foreach 0, 1, 2, 3, 32, 48, 63, 84 + 32, 120, 188, 255;
	foreach my $qualifier ('<', '=', '>')
	{
		refused($type, value_bytes($qualifier, $_), '22P03', 'invalid external', "$type $qualifier$_")
		  foreach $nan, $infinity, -$infinity, 1e16, 1e300, -1e300, 1e-300, -1e-300, 5e-324, -1e16;
	}
}
foreach my $qualifier ('T', '<', '=', '>')
{
	refused('viral_load', value_bytes($qualifier, $_), '22P03', 'invalid external', "viral_load $qualifier$_")
	  foreach -1, -50, 1e-10, 1.0000000000000002e15;
	refused('viral_load', value_bytes($qualifier, 0), '22P03', 'invalid external', "viral_load ${qualifier}0")
	  unless $qualifier eq 'T';
	refused('log_reduction', value_bytes($qualifier, $_), '22P03', 'invalid external', "log_reduction $qualifier$_")
	  foreach 100.00000000000001, -101, 1e-31;
}
refused('log_reduction', value_bytes('T', $_), '22P03', 'invalid external', "log_reduction TND<$_") foreach 0, 1;

# States: cut anywhere, continued, of another version, and with changed fields.
my %state = (
	response_tally => q{select response_tally(x) from unnest(array[true, false, null]) x},
	mean_tally => q{select mean_tally(x) from unnest(array[1.5, 2, null]) x},
	viral_load_tally => q{select viral_load_tally(x) from unnest(array['<50', '100', '>5e5', 'TND']::viral_load[]) x},
	log_reduction_tally => q{select log_reduction_tally(x) from unnest(array['<0', '1', '>2']::log_reduction[]) x},
	viral_load_sample => q{select viral_load_sample(x) from unnest(array['<50', '100', 'TND']::viral_load[]) x},
	log_reduction_sample => q{select log_reduction_sample(x) from unnest(array['<0', '1', '>2']::log_reduction[]) x});
my %good = (
	viral_load => [ map { value_bytes(@$_) } ['<', 50], ['T', 0], ['T', 20], ['=', 1e15], ['>', 1e-9], ['=', 49.9] ],
	log_reduction => [ map { value_bytes(@$_) } ['<', -0.5], ['=', 0], ['>', 2.3], ['=', -100], ['=', 1e-30] ]);
foreach my $type (sort keys %state)
{
	my $hex = $node->safe_psql('postgres', "select encode(_virotrial.${type}_send(($state{$type})), 'hex')");
	my $bytes = pack('H*', $hex);
	my $size = length $bytes;
	my @cuts = grep { $_ < $size } (0, 1, 2, 8, 9, 16, 17, 24, 25, $size - 8, $size - 1);
	$good{$type} = [$bytes];
	refused($type, substr($bytes, 0, $_), '22P03', qq{invalid external "$type" value}, "$type of $_ bytes") foreach @cuts;
	refused($type, $bytes . "\0", '22P03', qq{invalid external "$type" value}, "$type with a byte too many");
	refused($type, chr($_) . substr($bytes, 1), '22P03', qq{invalid external "$type" value}, "$type of version $_")
	  foreach 0, 2, 255;
	# A negative count, or a number that is none, in the first and the last field.
	refused($type, "\1" . ("\377" x 8) . substr($bytes, 9), '22P03', qq{invalid external "$type" value}, "$type, first field");
	refused($type, substr($bytes, 0, -8) . ("\377" x 8), '22P03', qq{invalid external "$type" value}, "$type, last field");
}

# All in one session: psql says before each case which one it is.
my $script = "\\set VERBOSITY verbose\n\\set SHOW_CONTEXT never\n";
foreach my $type ('viral_load', 'log_reduction', sort keys %state)
{
	$script .= "create table copied_$type (value $type);\n";
}
foreach my $i (0 .. $#cases)
{
	# A good value goes before the bad one: it must not stay.
	my $file = copy_file("case_$i", $good{ $cases[$i][0] }[0], $cases[$i][1]);
	$script .= "\\warn case $i\n\\copy copied_$cases[$i][0] from '$file' with (format binary)\n";
}
my ($status, $stdout, $stderr) = $node->psql('postgres', $script, on_error_stop => 0);
my %error_of = $stderr =~ /^case (\d+)\n(.*?)(?=^case |\z)/msg;
foreach my $i (0 .. $#cases)
{
	my ($type, $payload, $code, $message, $name) = @{ $cases[$i] };
	my $error = $error_of{$i} // '';
	ok($error =~ /ERROR:  $code: / && index($error, $message) >= 0, "refused with $code: $name")
	  or diag($error);
}
cmp_ok(scalar @cases, '>=', 200, 'two hundred malformed payloads at least');

# What is well formed survives: sent, copied in, and sent again, it is the same.
foreach my $type (sort keys %good)
{
	is($node->safe_psql('postgres', "select count(*) from copied_$type"), '0', "no row of $type came in");
	my $file = copy_file("good_$type", @{ $good{$type} });
	$node->safe_psql('postgres', "\\copy copied_$type from '$file' with (format binary)");
	is($node->safe_psql('postgres', "select encode(_virotrial.${type}_send(value), 'hex') from copied_$type"),
		join("\n", map { unpack('H*', $_) } @{ $good{$type} }), "$type survives its binary form");
	my $copy = "$directory/again_$type";
	$node->safe_psql('postgres', "\\copy copied_$type to '$copy' with (format binary)");
	is(slurp_file($copy), slurp_file($file), "$type is written as it was read");
}

$node->stop;
done_testing();
