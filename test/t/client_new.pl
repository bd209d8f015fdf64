# virotrial new and virotrial demo: from an empty database to a study, and what to do next.
use strict;
use warnings;

use File::Basename qw(dirname);
use IPC::Run;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('new');
$node->init(extra => [ '--encoding', 'UTF8', '--locale', 'C' ]);
$node->append_conf('postgresql.conf', "fsync = off\njit = off\n");
$node->start;
$node->safe_psql('postgres', 'create database trial');
my $directory = PostgreSQL::Test::Utils::tempdir();

sub virotrial
{
	my @arguments = @_;
	my ($out, $err) = ('', '');
	IPC::Run::run([ 'virotrial', @arguments, '-d', $node->connstr('trial') ], '<', \undef, '>', \$out, '2>', \$err, IPC::Run::timeout(180));
	return ($? >> 8, $out, $err);
}
sub sql { return $node->safe_psql('trial', "set search_path = virotrial, pg_catalog;\n$_[0]"); }

my ($code, $out, $err) = virotrial('new', 'ral');
is("$code $err", '0 ', 'a study is made in a database that has nothing');
like($out, qr/^Study "ral" is made[.]\n.*alter database trial set search_path = "\$user", public, virotrial;.*virotrial load ral .*secure_study\('ral'\)/s, 'what comes next is said');
is(sql("select nspname from pg_extension join pg_namespace n on n.oid = extnamespace where extname = 'virotrial'"), 'virotrial', 'the extension has a schema of its own');
is(sql('select distinct protocol from ral.protocol'), 'raltegravir-pilot', 'by the default protocol');
is(sql('select count(*) from ral.subject'), 0, 'without subjects');
($code, $out, $err) = virotrial('new', 'ral');
ok($code == 3 && $err =~ /schema "ral" already exists/, 'not twice');

my $document = "$directory/own.json";
append_to_file($document, sql("select jsonb_pretty(protocol_document('ral'))"));
($code, $out, $err) = virotrial('new', 'own', '--protocol', $document, '--trust-sql', '--secure', '-q');
is("$code $out$err", '0 ', 'by a document, with roles, quietly');
is(sql("select protocol_document('own') = protocol_document('ral')"), 't', 'it has what the document says');
is(sql("select count(*) from pg_roles where rolname in ('own_clerk', 'own_monitor')"), 2, 'and the roles');
for my $case ([ 'none.json', 2, qr/none[.]json: No such file or directory/ ], [ 'none', 2, qr/there is no protocol "none"/ ])
{
	my ($protocol, $expected, $like) = @$case;
	($code, $out, $err) = virotrial('new', 'other', "--protocol=$protocol");
	ok($code == $expected && $err =~ $like, "$protocol is no protocol") or diag("$code $err");
}
is(sql("select count(*) from pg_namespace where nspname = 'other'"), 0, 'and nothing is left of it');

($code, $out, $err) = virotrial('demo', 'sim', '--subjects=5', '--sites=2', '--seed=7');
ok($code == 0 && $err =~ /\Asim: simulating\nsim: simulated in \d+ [a-z]+.*\n\z/, 'a study with simulated subjects');
like($out, qr/virotrial report sim/, 'and what to do with it');
is(sql('select count(*) from sim.enrolment'), 5, 'as many as was said');
is((virotrial('demo', 'sim2', '--subjects=5', '--sites=2', '--seed=7'))[0], 0, 'another one by the same seed');
is(sql('select count(*) from (select site_id, subject_id, collected, viral_load::text from sim.viral_load_result
	except select site_id, subject_id, collected, viral_load::text from sim2.viral_load_result) as d'), 0, 'has the same results');
($code, $out, $err) = virotrial('demo', 'sim3', '--subjects=0');
ok($code == 2 && $err =~ /a study cannot be simulated like that/, 'none is too few') or diag("$code $err");
is(sql("select count(*) from pg_namespace where nspname = 'sim3'"), 0, 'then there is no study either');

# ---- Dictionaries from the user's files: the made-up ones of the demo
my $dictionary = dirname(__FILE__) . '/../../demo/dictionary';
for my $case ([ 'meddra', 'MedDRA 1.0: 118 terms' ], [ 'whodrug', 'WHODrug 1.0: 9 terms' ])
{
	my ($command, $said) = @$case;
	is(join('', virotrial($command, 'sim', $dictionary, '1.0')), "0$said\n", "$command loads a dictionary");
	($code, $out, $err) = virotrial($command, 'sim', $dictionary, '1.0');
	ok($code == 1 && $err =~ /study "sim" has \w+ 1[.]0 already/, 'once') or diag("$code $err");
	($code, $out, $err) = virotrial($command, 'sim', $directory, '2.0');
	ok($code == 2 && $err =~ /No such file or directory\nHint: Name the directory with /, 'not from a directory without its files') or diag("$code $err");
	($code, $out, $err) = virotrial($command, 'sim', $dictionary);
	ok($code == 2 && $err =~ /virotrial $command STUDY DIRECTORY VERSION/, 'not without a version') or diag("$code $err");
}
is(sql("select term_code from sim.coding_term where class = 'AGAINST CLOTS' order by 1"), "00000402001\n0000040200A", 'and a file of fixed columns is read');

($code, $out, $err) = virotrial('check', 'sim', 'sim2');
ok($code == 2 && $err =~ /"sim2" is one argument too many/, 'a word too many is refused');
($code, $out, $err) = virotrial('check');
ok($code == 2 && $err =~ /name a study, too: virotrial check STUDY/, 'a word too few is refused') or diag("$code $err");
is((virotrial('check', 'sim'))[0], 0, 'nothing is wrong with it');

$node->stop;
done_testing();
