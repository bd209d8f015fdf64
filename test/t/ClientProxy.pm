# A network between a client and a server, which can be slow, cut, or silent.
package ClientProxy;

use strict;
use warnings;

use IO::Select;
use IO::Socket::INET;
use IO::Socket::UNIX;
use POSIX ();

# Starts a proxy to a node that takes one connection after the other.  "after" is how many
# bytes pass, of both directions, before it does what "then" says: cut, or hang.  "delay" is
# how many seconds each block takes.  "counts" is a file to which it writes how many passed.
# "socket" is a directory for a socket of Unix, which holds less than one of TCP.
sub start
{
	my ($class, $node, %what) = @_;
	my $listener = $what{socket} ? IO::Socket::UNIX->new(Listen => 5, Local => "$what{socket}/.s.PGSQL.5432")
	  : IO::Socket::INET->new(Listen => 5, LocalAddr => '127.0.0.1', LocalPort => 0);
	die "no socket: $!" unless $listener;
	my $self = bless { port => $what{socket} ? 5432 : $listener->sockport }, $class;
	$self->{pid} = fork // die "fork: $!";
	return $self if $self->{pid};
	$SIG{TERM} = $SIG{PIPE} = 'DEFAULT';
	while (my $client = $listener->accept) { carry($node, $client, %what); }
	POSIX::_exit(0);
}

sub carry
{
	my ($node, $client, %what) = @_;
	my $server = IO::Socket::UNIX->new(Peer => $node->host . '/.s.PGSQL.' . $node->port) or POSIX::_exit(1);
	my %other = (fileno $client => $server, fileno $server => $client);
	my ($passed, $select) = (0, IO::Select->new($client, $server));
	setsockopt $_, SOL_SOCKET, SO_RCVBUF, 16384 for $client, $server;
	while (1)
	{
		for my $from ($select->can_read)
		{
			my $room = 8192;
			$room = $what{after} - $passed if defined $what{after} && $what{after} - $passed < $room;
			if ($room <= 0)
			{
				sleep 600 if $what{then} eq 'hang';
				POSIX::_exit(0);
			}
			my $block;
			my $got = sysread $from, $block, $room;
			if (!$got)
			{
				write_count($what{counts}, $passed) if $what{counts};
				return;
			}
			$passed += $got;
			select undef, undef, undef, $what{delay} if $what{delay};
			for (my $done = 0; $done < $got;)
			{
				$done += syswrite($other{ fileno $from }, $block, $got - $done, $done) // return;
			}
		}
	}
}

sub write_count
{
	my ($path, $passed) = @_;
	open my $file, '>', $path or POSIX::_exit(1);
	print $file $passed;
	close $file;
	return;
}

sub connstr { my ($self, $database) = @_; return "host=127.0.0.1 port=$self->{port} dbname=$database"; }
sub wait_end { my ($self) = @_; waitpid delete $self->{pid}, 0 if $self->{pid}; return; }

sub stop
{
	my ($self) = @_;
	kill 'KILL', $self->{pid} if $self->{pid};
	$self->wait_end;
	return;
}

1;
