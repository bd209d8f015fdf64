# The session of a document with the real program: each block of SQL is run, each file
# written, and each command typed; what it prints is what the document says.
package ClientSession;

use strict;
use warnings;

use IPC::Run;
use PostgreSQL::Test::Utils;
use Test::More;

# Runs a document on a node, in a directory; returns how many commands it has.
sub run_document
{
	my ($node, $place, $path) = @_;
	my $name = $path =~ s{.*/}{doc/}r;
	mkdir $place;
	$node->safe_psql('postgres', 'create database session');
	local $ENV{PGDATABASE} = 'session';
	local $ENV{PGHOST} = $node->host;
	local $ENV{PGPORT} = $node->port;
	my ($commands, $document) = (0, slurp_file($path));
	while ($document =~ /^```(\w+) ?(.*)\n((?:.*\n)*?)```$/mg)
	{
		my ($kind, $file, $text) = ($1, $2, $3);
		$node->safe_psql('session', "set search_path = public, virotrial;\n$text") if $kind eq 'sql';
		append_to_file("$place/$file", $text) if $kind =~ /^(csv|json|hl7)$/;
		next unless $kind eq 'console';
		my $said = '';
		for my $command ($text =~ /^\$ (.*)$/mg)
		{
			my $output = '';
			IPC::Run::run([ 'bash', '-c', "cd '$place' && $command" ], '<', \undef, '>', \$output, '2>', '/dev/null');
			$said .= "\$ $command\n$output";
			$commands++;
		}
		s/ on \d{4}-\d\d-\d\d \d\d:\d\d, / on DAY, /, s/, by \w+;/, by WHO;/, s/ digest [0-9a-f]{4,}\S*/ digest DIGEST/g for $said, $text;
		is($said, $text, "$name: " . ($text =~ /^\$ (.*)/)[0]);
	}
	return $commands;
}

1;
