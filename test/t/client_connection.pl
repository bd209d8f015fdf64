# How the program finds and trusts its server: as libpq does.  Service files, passwords,
# encryption, URIs with several hosts, and PG* variables, as a login without rights beyond its own.
use strict;
use warnings;

use IPC::Run;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('connection');
$node->init(extra => [ '--encoding', 'UTF8', '--locale', 'C' ]);
my $port = $node->port;
my $directory = PostgreSQL::Test::Utils::tempdir_short();

sub file
{
	my ($name, $content, $mode) = @_;
	open my $file, '>', "$directory/$name" or die "$directory/$name: $!";
	print $file $content;
	close $file;
	chmod $mode // 0600, "$directory/$name";
	return "$directory/$name";
}

# A certificate for a name, which signs itself
sub certificate
{
	my ($name, $host) = @_;
	system_or_bail('openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2', '-subj', "/CN=$host",
		'-keyout', "$directory/$name.key", '-out', "$directory/$name.crt");
	chmod 0600, "$directory/$name.key";
	return;
}

certificate('server', 'localhost');
certificate('other', 'localhost');
for my $end ('key', 'crt')
{
	append_to_file($node->data_dir . "/server.$end", slurp_file("$directory/server.$end"));
	chmod 0600, $node->data_dir . "/server.$end";
}
$node->append_conf('postgresql.conf', "fsync = off\nlisten_addresses = '127.0.0.1'\nssl = on\n");
unlink $node->data_dir . '/pg_hba.conf';
$node->append_conf('pg_hba.conf', "local all all trust\nhost all all 127.0.0.1/32 scram-sha-256\n");
$node->start;
$node->safe_psql('postgres', <<'SQL');
create schema virotrial;
create extension virotrial schema virotrial;
set search_path = public, virotrial;
call create_study('ral');
set virotrial.reason = 'correction: test';
insert into ral.site (site_id, name) values ('S1', 'First');
call secure_study('ral');
create role clerk login password 'secret' nosuperuser;
grant ral_clerk to clerk;
insert into ral.site_access (login, site_id) values ('clerk', 'S1');
SQL

delete @ENV{ grep { /^PG(?!CTLTIMEOUT|_)/ } keys %ENV };
$ENV{HOME} = $directory;
my $number = 0;

# Loads a subject; returns the exit code, and what is said.
sub load
{
	my ($environment, @options) = @_;
	my $path = file('subject.csv', "site_id,subject_id,birth_date,sex\nS1," . ++$number . ",1970-01-01,male\n");
	my $said = '';
	local @ENV{ keys %$environment } = values %$environment;
	IPC::Run::run([ 'virotrial', 'load', 'ral', $path, '-q', '-w', @options ], '<', \undef, '>', \$said, '2>&1', IPC::Run::timeout(60));
	return ($? >> 8, $said);
}

sub connects
{
	my ($what, @how) = @_;
	my ($code, $said) = load(@how);
	is("$code $said", '0 ', $what);
	return;
}

sub fails
{
	my ($what, $like, @how) = @_;
	my ($code, $said) = load(@how);
	ok($code == 3 && $said =~ $like, $what) || diag("$code $said");
	return;
}

my $base = 'host=127.0.0.1 dbname=postgres user=clerk';
my $with = "$base port=$port password=secret";

# ---- PG* variables, and options that go before them

my %variables = (PGHOST => '127.0.0.1', PGPORT => $port, PGUSER => 'clerk', PGDATABASE => 'postgres', PGPASSWORD => 'secret');
connects('PG* variables', \%variables);
connects('an option goes before a variable', { %variables, PGPORT => 1, PGUSER => 'nobody' }, '-p', $port, '-U', 'clerk');
fails('a variable that is wrong', qr/password authentication failed for user "clerk"/, { %variables, PGPASSWORD => 'wrong' });
is($node->safe_psql('postgres', "select string_agg(distinct entered_by, ' ') from ral.delivered_file"), 'clerk', 'it was the clerk');
is($node->safe_psql('postgres', "select rolsuper from pg_roles where rolname = 'clerk'"), 'f', 'who is no superuser');

# ---- a service file

my $service = file('services', "[trial]\nhost=127.0.0.1\nport=$port\ndbname=postgres\nuser=clerk\npassword=secret\n");
connects('a service of PGSERVICEFILE', { PGSERVICEFILE => $service }, '-d', 'service=trial');
connects('a service of PGSERVICE', { PGSERVICEFILE => $service, PGSERVICE => 'trial' });
fails('a service that is not there', qr/definition of service "trail" not found/, { PGSERVICEFILE => $service }, '-d', 'service=trail');
file('.pg_service.conf', slurp_file($service));
connects('a service of ~/.pg_service.conf', {}, '-d', 'postgresql:///?service=trial');
file('pg_service.conf', slurp_file($service) =~ s/trial/of all/r);
connects('a service of PGSYSCONFDIR', { PGSYSCONFDIR => $directory }, '-d', "service='of all'");

# ---- a file of passwords

my $passwords = "127.0.0.1:$port:*:clerk:secret\n";
connects('a password of PGPASSFILE', { PGPASSFILE => file('passwords', $passwords) }, '-d', "$base port=$port");
fails('a file that others can read is not read, and said so', qr/WARNING: password file .* has group or world access.*no password supplied/s,
	{ PGPASSFILE => file('open', $passwords, 0644) }, '-d', "$base port=$port");
fails('a line for another login', qr/no password supplied/, { PGPASSFILE => file('another', $passwords =~ s/clerk/nurse/r) }, '-d', "$base port=$port");
fails('no password, and none is asked for by -w', qr/no password supplied/, {}, '-d', "$base port=$port");

# ---- URIs

my $uri = "postgresql://clerk:secret\@127.0.0.1";
connects('a URI', {}, '-d', "$uri:$port/postgres");
connects('several hosts, the first of which is not there', {}, '-d', "$uri:1,127.0.0.1:$port/postgres?connect_timeout=5");
connects('the host that takes changes', {}, '-d', "$uri:1,127.0.0.1:$port/postgres?target_session_attrs=read-write");
fails('no host of this kind', qr/session is not read-only/, {}, '-d', "$uri:$port/postgres?target_session_attrs=read-only");
connects('options of the session', {}, '-d', "$uri:$port/postgres?options=-c%20lock_timeout%3D1s&application_name=night%20shift");
fails('options that the server does not know', qr/unrecognized configuration parameter "no_such"/, {}, '-d', "$uri:$port/postgres?options=-c%20no_such%3D1");
fails('a parameter that libpq does not know', qr/invalid URI query parameter: "colour"/, {}, '-d', "$uri:$port/postgres?colour=red");
connects('keepalives of the user', {}, '-d', "$uri:$port/postgres?keepalives_idle=30&tcp_user_timeout=60000");

# ---- encryption

my ($root, $wrong) = ("sslrootcert=$directory/server.crt", "sslrootcert=$directory/other.crt");
connects('sslmode=require', {}, '-d', "$with sslmode=require");
connects('sslmode=verify-ca, the certificate is known', {}, '-d', "$with sslmode=verify-ca $root");
fails('sslmode=verify-ca, another certificate', qr/certificate verify failed/, {}, '-d', "$with sslmode=verify-ca $wrong");
fails('sslmode=verify-ca, no certificate', qr/root certificate file .* does not exist/, {}, '-d', "$with sslmode=verify-ca");
connects('sslmode=verify-full, the name is right', {}, '-d', "$with host=localhost hostaddr=127.0.0.1 sslmode=verify-full $root");
fails('sslmode=verify-full, the name is another', qr/does not match host name "127[.]0[.]0[.]1"/, {}, '-d', "$with sslmode=verify-full $root");
fails('PGSSLMODE', qr/certificate verify failed/, { PGSSLMODE => 'verify-ca', PGSSLROOTCERT => "$directory/other.crt" }, '-d', $with);
$node->append_conf('postgresql.conf', "ssl = off\n");
$node->reload;
$node->poll_query_until('postgres', "select current_setting('ssl') = 'off'");
fails('sslmode=require, a server without', qr/server does not support SSL, but SSL was required/, {}, '-d', "$with sslmode=require");
connects('sslmode=prefer, the same', {}, '-d', "$with sslmode=prefer");

is($node->safe_psql('postgres', 'select count(*) from ral.delivered_file'), $node->safe_psql('postgres', 'select count(*) from ral.subject'), 'each connection that was made has loaded');
$node->stop;
done_testing();
