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

my $help = output('virotrial', '--help');
my $page = slurp_file(installed('mandir', 'man1/virotrial.1'));
my $completion = installed('sharedir', 'virotrial/virotrial.bash');

my $options = unique($help =~ /(?<![\w-])(--?[a-zA-Z][a-z-]*)(?=[=,\s\[])/g, '--all-or-nothing', '--help', '--version', '-V');
cmp_ok(scalar @$options, '>', 30, '--help has the options');
my $plain = $page =~ s/\\f[BIR]//gr =~ s/\\-/-/gr;
is_deeply(unique($plain =~ /^.*?(?<![\w-])(--?[a-zA-Z][a-z-]*).*$/mg, $plain =~ /, (--[a-z-]+)/g), $options, 'the manual page has the same');
is_deeply(unique(split ' ', output('bash', '-c', "source '$completion'; echo \${_virotrial_options[\@]} \$_virotrial_connection")), $options, 'so has the completion');
my @unknown = grep { my (undef, undef, $err) = output('virotrial', '--version', $_ =~ /^(?:-[odhpU]|--(?!dry|accept|all|cumul|quiet|decimal|pdf|psql|no-p|password|version|help|tables|force|secure).*)$/ ? ($_, 'x') : $_);
	$err =~ /unrecognized|invalid option|requires an argument|doesn't allow/ } @$options;
is_deeply(\@unknown, [], 'the program takes each');

my $commands = unique($help =~ /^  virotrial (\w+) /mg);
is_deeply(unique($plain =~ /^virotrial (\w+) /mg), $commands, 'the manual page has the commands of --help');
is_deeply(unique($plain =~ /^[.]B (\w+)$/mg), $commands, 'and says what each does');
is_deeply(unique(split ' ', output('bash', '-c', "source '$completion'; echo \$_virotrial_commands \${!_virotrial_options[\@]}")), $commands, 'the completion has them, too');
cmp_ok(length $_, '<=', 100, "'$_' fits a terminal") for grep { length > 90 } split /\n/, $help;

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
