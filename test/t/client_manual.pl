# What virotrial says of itself: the options of --help, of the manual page and of the
# completion for bash are those that the program takes, and the commands are the same.
use strict;
use warnings;

use IPC::Run;
use PostgreSQL::Test::Utils;
use Test::More;

sub output
{
	my @command = @_;
	my ($out, $err) = ('', '');
	IPC::Run::run(\@command, '<', \undef, '>', \$out, '2>', \$err, IPC::Run::timeout(60));
	return wantarray ? ($? >> 8, $out, $err) : $out;
}

sub unique { my %seen = map { $_ => 1 } @_; return [ sort keys %seen ]; }
sub installed { my ($what, $name) = @_; chomp(my $directory = output('pg_config', "--$what")); return "$directory/$name"; }

# The options that a text has
sub options_of { return unique($_[0] =~ /(?<![\w-])(--?[a-zA-Z][a-z-]*)(?=[=,\s\[])/g); }

my $overview = output('virotrial', '--help');
my $commands = unique($overview =~ /^  virotrial (\w+) /mg);
cmp_ok(scalar @$commands, '>', 6, '--help has the commands');
my %help = map { $_ => scalar output('virotrial', $_, '--help') } @$commands;
is(join('', grep { ($_ =~ tr/\n//) > 40 || /^.{81}/m } $overview, values %help), '', 'each fits a screen');

my $page = slurp_file(installed('mandir', 'man1/virotrial.1'));
my $plain = $page =~ s/\\f[BIR]//gr =~ s/\\-/-/gr;
my $options = options_of(join ' ', $overview =~ s/^virotrial COMMAND --help.*//mr, values %help);
cmp_ok(scalar @$options, '>', 40, 'there are options');
is_deeply(unique(map { /(?<![\w-])(--?[a-zA-Z][a-z-]*)/g } $plain =~ /^[.]TP\n(-.*)$/mg), $options, 'the manual page has the same');
is_deeply(unique($plain =~ /^virotrial (\w+) /mg), $commands, 'it has the commands');
is_deeply(unique($plain =~ /^[.]B (\w+)$/mg), $commands, 'and says what each does');

my $completion = installed('sharedir', 'virotrial/virotrial.bash');
my $bash = sub { my ($say) = @_; return unique(split ' ', output('bash', '-c', "source '$completion'; printf '%s ' $say")); };
is_deeply($bash->('$_virotrial_commands ${!_virotrial_options[@]}'), $commands, 'so has the completion');
is_deeply($bash->('$_virotrial_connection'), options_of($overview =~ s/^virotrial COMMAND --help.*//mr), 'with the options of all');
is_deeply($bash->("\${_virotrial_options[$_]}"), options_of($help{$_}), "and those of $_") for @$commands;
for my $option (@$options)
{
	my ($code, undef, $err) = output('virotrial', '--help', $option, (join(' ', $overview, values %help) =~ /\Q$option\E=/ || $option =~ /^-[odhpU]$/) ? '1' : ());
	is("$code $err", '0 ', "the program takes $option");
}

# Completes a line whose last word is begun.
sub completed
{
	my @words = @_;
	my $line = join ' ', map { "'$_'" } @words;
	return join ' ', split ' ', output('bash', '-c', "source '$completion'; COMP_WORDS=($line); COMP_CWORD=$#words; _virotrial; echo \${COMPREPLY[\@]}");
}
is(completed('virotrial', 'rep'), 'report', 'a command is completed');
is(completed('virotrial', 'load', 'ral', '--dr'), '--dry-run', 'an option of a command');
is(completed('virotrial', 'check', 'ral', '--dr'), '', 'which another does not have');
is(completed('virotrial', 'export', 'ral', '--format', '=', 'd'), 'dataset-json', 'and a value of an option');

SKIP:
{
	skip('man is not installed', 1) if system('command -v man >/dev/null 2>&1') != 0;
	my ($code, $out, $err) = output('man', '--warnings', '-l', installed('mandir', 'man1/virotrial.1'));
	ok($code == 0 && $err eq '' && $out =~ /EXIT STATUS/, 'man shows the page without a warning') or diag("$code $err");
}
done_testing();
