#!/usr/bin/perl
# Two outputs of bench/run as one table in Markdown.  A figure belongs to a benchmark,
# the line above its table, the first cells of its row, and the head of its column.
# Where a table has ratios, they alone are printed, as the machine's moods are in both of
# their sides; not so where the time is that of the processor.  Of the times of statements
# that psql tells, the last one of a run is taken.
use strict;
use warnings;

my $number = qr/^-?\d+(?:\.\d+)?$/;
my $ratio = qr{ratio|/|times|speed-up};
my $ignored = qr{^(?:bar|count|subjects|µs per subject|to the smallest)$};

# Returns the figures of one output by name, and the names in their order.
sub figures
{
	my ($path) = @_;
	my ($bench, $caption, $ended, @head, %figure, @order) = ('', '', 0);
	open my $in, '<', $path or die "$path: $!\n";
	while (my $line = <$in>)
	{
		chomp $line;
		if ($line =~ /^== (.*)/) { ($bench, $caption, $ended, @head) = ($1, '', 0); next }
		if ($line =~ /^[-+ ]*$/) { @head = () if $line eq ''; next }
		if ($line =~ /^Time: (\S+) ms/)
		{
			my $name = join "\t", $bench, '', 'the last statement', 'ms';
			push @order, $name if !$figure{$name};
			pop @{ $figure{$name} } if $ended++;
			push @{ $figure{$name} }, $1;
			next;
		}
		next if $line =~ /^\(\d+ rows?\)$/;
		my @cell = map { s/^\s+|\s+$//gr } split /\|/, $line, -1;
		if (@cell < 2) { ($caption, @head) = ($line =~ s/^\s+|\s+$//gr); next }
		if (!@head) { @head = @cell; next }
		my @name = grep { $_ == 0 || $head[$_] eq 'subjects' || $head[$_] !~ $ratio && $cell[$_] !~ $number } 0 .. $#cell;
		my @figure = grep { $cell[$_] =~ $number && $head[$_] !~ $ignored } 1 .. $#cell;
		my @ratio = grep { $head[$_] =~ $ratio } @figure;
		my @value = $caption =~ /processor/ ? grep { $head[$_] !~ $ratio } @figure : @ratio ? @ratio : @figure;
		my $work = join ', ', grep { $_ ne '' } map { $head[$_] eq 'bar' ? () : $cell[$_] } @name;
		for my $column (@value)
		{
			my $name = join "\t", $bench, $caption, $work, $head[$column];
			push @order, $name if !$figure{$name};
			push @{ $figure{$name} }, $cell[$column];
		}
	}
	return (\%figure, \@order);
}

sub median
{
	my @sorted = sort { $a <=> $b } @_;
	return $sorted[ $#sorted / 2 ];
}

my ($old) = figures($ARGV[0]);
my ($new, $order) = figures($ARGV[1]);
my $head = '';
for my $name (@$order)
{
	my ($bench, $caption, $work, $measure) = map { s/\|/\\|/gr } split /\t/, $name;
	if ("$bench: $caption" ne $head)
	{
		$head = "$bench: $caption";
		print "\n## $head\n\n| Work | Figure | Release | Now | Now / release |\n|---|---|---:|---:|---:|\n" =~ s/: \n/\n/r;
	}
	my $now = median(@{ $new->{$name} });
	my $then = $old->{$name} ? median(@{ $old->{$name} }) : undef;
	printf "| %s | %s | %s | %s | %s |\n", $work, $measure, $then // '–', $now,
		(defined $then && $then != 0 ? sprintf('%.2f', $now / $then) : '–');
}
