# The report of the program virotrial: a page whose cells are those of display(), that
# asks nothing of a network, and tables for the terminal that are never too wide.
use strict;
use warnings;

use Encode;
use IPC::Run;
use JSON::PP;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('report');
$node->init(extra => [ '--encoding', 'UTF8', '--locale', 'C' ]);
$node->append_conf('postgresql.conf', "fsync = off\njit = off\n");
$node->start;
my $directory = PostgreSQL::Test::Utils::tempdir();

# Runs virotrial report; returns its exit code, and what it writes.
sub report
{
	my @arguments = @_;
	my ($out, $err) = ('', '');
	IPC::Run::run([ 'virotrial', 'report', 'ral', '-d', $node->connstr('postgres'), @arguments ], '<', \undef, '>', \$out, '2>', \$err,
		IPC::Run::timeout(180));
	return ($? >> 8, $out, $err);
}

sub file
{
	my ($name, $content) = @_;
	my $path = "$directory/$name";
	PostgreSQL::Test::Utils::append_to_file($path, $content);
	return $path;
}

sub html
{
	my ($text) = @_;
	my %names = (lt => '<', gt => '>', quot => '"', amp => '&');
	$text =~ s/&(\w+);/$names{$1}/g;
	return $text;
}

$node->safe_psql('postgres', "create schema virotrial; create extension virotrial schema virotrial");
$node->safe_psql('postgres', "set search_path = virotrial; call create_study('ral'); call simulate_study('ral', subjects => 24, sites => 2, seed => 5)");

# ---- the page
my $page_path = "$directory/page.html";
my ($code, $out, $err) = report('--cut=2009-06-30', '--by=sex', "--output=$page_path", "--asset=$directory/none.js");
is($code, 0, 'a report is written') or diag($err);
is($out, "$page_path\n", 'its path is what the program prints');
like($err, qr/computing the results.*\d+ results.*figures are not drawn: run make report-assets/s, 'it says what it is doing, and that no figure is drawn');
my $page = PostgreSQL::Test::Utils::slurp_file($page_path);
my $expected = $node->safe_psql('postgres', "set search_path = virotrial, pg_catalog;
	select concat(d.display, '|', t.part, '|', t.label, '|', array_to_string(t.cells, '|')) from virotrial_display as d
	cross join lateral (select * from display('ral', d.display, '2009-06-30', 'sex')) as t where part in ('row', 'detail') order by 1");
my @rows;
while ($page =~ m{<section class="display" id="display-(\w+)">(.*?)</section>}gs)
{
	my ($display, $table) = ($1, $2);
	while ($table =~ m{<tr class="(row|detail)"><th scope="row">(.*?)</th>(.*?)</tr>}g)
	{
		my ($part, $label, $cells) = ($1, $2, $3);
		push @rows, html(join '|', $display, $part, $label, $cells =~ m{<td(?: class="long")?>(.*?)</td>}g);
	}
}
is_deeply([ sort @rows ], [ sort split /\n/, $expected ], 'each cell of each table is that of display()');
my %drawn = $page =~ m{<figure id="figure-(\w+)">.*?<pre class="specification">(.*?)</pre>}gs;
my $figures = $node->safe_psql('postgres', 'select string_agg(figure, $$ $$ order by figure) from virotrial.virotrial_figure');
is(join(' ', sort keys %drawn), $figures, 'each figure is there');
for my $figure (sort keys %drawn)
{
	my $specification = decode_json(html($drawn{$figure}));
	my $same = $node->safe_psql('postgres', "set search_path = virotrial, pg_catalog; select figure('ral', '$figure', '2009-06-30', 'sex')");
	is_deeply($specification, decode_json($same), "$figure has the data of figure()");
	cmp_ok(scalar @{ $specification->{data}{values} }, '>', 0, "$figure has data");
}
unlike($page, qr{(?:src|href)="(?!#|data:)|\@import|url\(}, 'nothing of the page is anywhere else');
like($page, qr{<h1>Report of study ral</h1>\n<p>An open, prospective, uncontrolled pilot study [^<]*, original protocol</p>}, 'it names the protocol');
like($page, qr/\@bottom-left [{] content: "Study ral[.] Data up to 2009-06-30[.] Made by [^"]*";/, 'and each printed page says of what it is, and up to when');
like($page, qr/The figures are not drawn.*make report-assets/s, 'it says what to do to have figures');
my ($enrolled) = $node->safe_psql('postgres', "select count(*) from ral.enrolment where enrolled <= '2009-06-30'");
like($page, qr{<h3>$_->[0]</h3>\n<p class="population">Population: $_->[1]</p></figcaption>}, "the figure $_->[0] says of whom it is")
  for [ 'Accrual', "enrolled subjects, N = $enrolled" ], [ 'Time to discontinuation', 'treated subjects, N = \d+' ], [ 'Viral load of each subject', 'treated subjects, N = \d+' ];
like($page, qr{id="listing-deaths">\n<h3>[^<]*</h3>\n<p class="population">[^<]*</p>\n<div class="scroll"><table><thead><tr><th scope="col"><button type="button">subject</button></th>}, 'a listing has a head for the subjects');
like($page, qr{select \* from display\('ral', 'response', data_cut =&gt; '2009-06-30', by =&gt; 'sex'\);}, 'it has the query of each table');
like($page, qr/SHA-256 of the results: <code>[0-9a-f]{64}</, 'and the digest of its results');
is($page =~ s/\{\{//gr, $page, 'nothing of the template is left');

my $second = "$directory/second.html";
($code, $out, $err) = report('-q', "--output=$second", '--asset=' . file('asset.js', "window.vegaEmbed = null; // </script> ends nothing\n"));
is("$code $err", '0 ', 'with the script that draws, quietly');
like(PostgreSQL::Test::Utils::slurp_file($second), qr{<\\/script> ends nothing}, 'the script is a part of the page');

# ---- where nothing can be written
for ([ "--output=$directory/none/page.html", qr{none/page[.]html: No such file or directory} ], [ "--output=$directory", qr{: Is a directory} ],
	[ "--svg=$page_path", qr{page[.]html: Not a directory} ], [ "--svg=$directory/none/svg", qr{none/svg: No such file or directory} ])
{
	($code, $out, $err) = report("--output=$second", $_->[0]);
	ok($code == 2 && $err =~ $_->[1] && $err !~ /computing/, "$_->[0] is refused before the results are computed") or diag("$code $err");
}

# ---- what other programs make of it: a browser that draws one figure of two, and a converter that copies
my $drawn = '<figure id="figure-liver"><svg xmlns="s"><g></g></svg></figure><figure id="figure-accrual"></figure>';
mkdir "$directory/bin";
for my $program ([ 'chromium', "for one; do case \$one in --print-to-pdf=*) echo printed >\"\${one#*=}\" ;; --dump-dom) echo '$drawn' ;; file:*) echo \"\$one\" >&2 ;; esac; done" ],
	[ 'pandoc', 'while [ "$1" != --output ]; do shift; done; cat >"$2"' ])
{
	append_to_file("$directory/bin/$program->[0]", "#!/bin/sh\n$program->[1]\n");
	chmod 0755, "$directory/bin/$program->[0]";
}
{
	local $ENV{PATH} = "$directory/bin:$ENV{PATH}";
	($code, $out, $err) = report('-q', "--output=$directory/others.html", "--svg=$directory/svg", '--docx', '--pdf');
	is("$code $out", join("\n", "0 $directory/others.html", map({ "$directory/others.$_" } 'pdf', 'docx'), "$directory/svg/liver.svg", ''), 'other files are made of the page');
	is(slurp_file("$directory/svg/liver.svg"), '<svg xmlns="s"><g></g></svg>', 'a figure as it is drawn');
	is(slurp_file("$directory/others.docx"), "$drawn\n", 'a document of the drawn page');
	is(slurp_file("$directory/others.pdf"), "printed\n", 'and what is printed');
	unlink "$directory/bin/pandoc";
	append_to_file("$directory/bin/pandoc", "#!/bin/sh\nexit 1\n");
	chmod 0755, "$directory/bin/pandoc";
	($code, $out, $err) = report('-q', "--output=$directory/others.html", '--docx');
	ok($code == 2 && $err =~ /others.docx was not made, because pandoc did not convert .*\nHint: Install pandoc[.]/, 'a converter that fails') or diag("$code $err");
	unlink "$directory/bin/chromium";
	append_to_file("$directory/bin/chromium", "#!/bin/sh\necho '<figure id=\"figure-liver\"></figure><svg ></svg>'\n");
	chmod 0755, "$directory/bin/chromium";
	($code, $out, $err) = report('-q', "--output=$directory/others.html", "--svg=$directory/svg");
	ok($code == 2 && $err =~ /no figure of .*others.html is drawn\nHint: Run make report-assets/, 'a page without a drawing') or diag("$code $err");
}

# ---- a template of one's own
my $own = "$directory/own.html";
($code) = report('-q', "--output=$own", '--template=' . file('own.tmpl', "<h1>{{study}}</h1>{{display disposition}}{{figure accrual}}{{listing viral_loads}}"));
is($code, 0, 'another template');
like(PostgreSQL::Test::Utils::slurp_file($own), qr{^<h1>ral</h1><section class="display" id="display-disposition">.*<figure id="figure-accrual">.*<section class="display listing" id="listing-viral_loads">.*<th scope="row">S1 S1-001</th>}s, 'has what it asks for');
($code) = report('-q', "--output=$own", '--template=' . file('sets.tmpl', "{{contents}}{{display response}}{{display response, randomised}}{{figure response, per protocol}}"));
my $sets = PostgreSQL::Test::Utils::slurp_file($own);
like($sets, qr{<a href="#display-response">Virologic response by visit</a>.*<a href="#display-response-randomised">Virologic response by visit, enrolled subjects</a>.*<a href="#figure-response-per-protocol">Figure: Responders by visit, non-completer = failure, subjects treated per protocol</a>}s,
	'a template chooses populations, which the contents name');
like($sets, qr{id="display-response-randomised">\n<h3>Virologic response by visit, enrolled subjects</h3>\n<p class="population">Population: enrolled subjects, N = \d+}, 'and the table');
like($sets, qr{display\('ral', 'response', analysis_set =&gt; 'randomised'\)}, 'and its query');
for (
	[ 'a word', '{{colour}}', qr/the template has \{\{colour\}\}, which is nothing that it can have/ ],
	[ 'a table', '{{display demographic}}', qr/there is no display "demographic"/ ],
	[ 'an analysis set', '{{display response, perprotocol}}', qr/there is no analysis set "perprotocol"\nHint: The analysis sets are treated, efficacy, per protocol, randomised/ ],
	[ 'a set of a table', '{{display exposure, randomised}}', qr/there is no "exposure" over the analysis set "randomised"\nHint: It may be over treated, efficacy, per protocol/ ],
	[ 'a set of a listing', '{{listing deaths, treated}}', qr/the template has listing deaths over an analysis set/ ],
	[ 'a part', '{{display response; randomised}}', qr/the template has \{\{display response; randomised\}\}, which cannot be read/ ],
	[ 'a listing', '{{listing birthdays}}', qr/there is no listing "birthdays"/ ],
	[ 'a figure', '{{figure pie}}', qr/there is no figure "pie"/ ])
{
	my ($what, $template, $like) = @$_;
	($code, $out, $err) = report('-q', "--output=$directory/no.html", '--template=' . file("no $what.tmpl", $template));
	ok($code == 2 && $err =~ $like, "$what that is not there is refused") or diag("$code $err");
}
ok(!-e "$directory/no.html", 'and no page is written');
($code, $out, $err) = report('-q', "--output=$directory/no.html", '--by=colour');
ok($code != 0 && $err =~ /there is no column "colour" to group subjects by/, 'a group that is not there is refused') or diag("$code $err");

# ---- for the terminal
($code, $out) = report('-q', '--psql', '--by=subject_id');
is($code, 0, 'tables for the terminal');
my @wide = grep { length(Encode::decode_utf8($_)) > 120 } split /\n/, $out;
is_deeply(\@wide, [], 'none of which is wider than 120 columns');
is(scalar(() = $out =~ /^Population: /mg), $node->safe_psql('postgres', 'select count(*) from virotrial.virotrial_display'), 'all of them');
($code, $out) = report('-q', '--psql', '--cut=2009-06-30');
like($out, qr/\AReport of study ral\nData up to 2009-06-30. Made by \S+ on [0-9: -]+ UTC.\n\nFlow of subjects\n/, 'it says of what, up to when, and by whom');
like($out, qr/^$_->[0]\n\n(?:.*\n)?.*$_->[1]/m, "$_->[0] is drawn for the terminal") for
	[ 'Accrual', "\x{E2}[\x{A0}-\x{A3}]" ], [ 'Time to discontinuation', "\x{E2}[\x{A0}-\x{A3}]" ], [ 'Time to virologic response', "\x{E2}[\x{A0}-\x{A3}]" ],
	[ 'Responders by visit, non-completer = failure', 'HIV-1 RNA < 400 copies/mL, week 4 ' ], [ 'Mean fall of viral load from baseline', 'week 4, mean ' ],
	[ 'Change of CD4 count from baseline', 'week 4, mean ' ];
my ($drawn_at) = Encode::decode_utf8($out) =~ /^HIV-1 RNA < 50 copies.mL, week 24 +\x{2502}([^\x{25CF}\n]*)\x{25CF}/m;
my $percent = $node->safe_psql('postgres', "set search_path = virotrial, pg_catalog; select value from analysis_result('ral', '2009-06-30', display => 'response')
	where result_id = 'response/all/HIV-1 RNA < 50 copies/mL/non-completer = failure/week 24/percent'");
is(length($drawn_at), int($percent * 63 / 100 + 0.5), 'an estimate is where its value is') or diag($percent);
# ---- nobody: each table and figure says so
$node->safe_psql('postgres', "set search_path = virotrial; call create_study('nobody'); call create_study('arms', protocol => 'raltegravir-placebo')");
for my $study ('nobody', 'arms')
{
	my $text = '';
	ok(IPC::Run::run([ 'virotrial', 'report', $study, '-q', '--psql', '-d', $node->connstr('postgres') ], '>', \$text), "a report of $study");
	is(scalar(() = $text =~ /^Population: [^\n]*, N = 0$/mg), scalar(() = $text =~ /^Population: /mg), 'N is 0 in each table');
	is_deeply([ grep { /\d [(]/ || /\bNaN\b|Infinity/ } split /\n/, $text ], [], 'and there is no figure of nobody');
	is(scalar(() = $text =~ /^Nothing to show[.]$/mg), $node->safe_psql('postgres', 'select count(*) from virotrial.virotrial_display') - 1 + 6, 'but for the flow of subjects, nothing to show');
}

# ---- a login of one site, who may not read the protocol
$node->safe_psql('postgres', "set search_path = virotrial; call secure_study('ral'); create role narrow login in role ral_analyst;
	insert into ral.site_access (login, site_id) values ('narrow', 'S1')");
($code, $out, $err) = report('-q', '-U', 'narrow', "--output=$directory/narrow.html", '--template=' . file('narrow.template', '{{protocol}}|{{cut}}'));
like(PostgreSQL::Test::Utils::slurp_file("$directory/narrow.html"), qr/^[|].* Of the sites alone that narrow may see[.]$/, 'a report of some sites says so') or diag("$code $err");

is($node->safe_psql('postgres', "select count(*) from pg_class where relname = 'virotrial_report'"), 0, 'nothing of it stays in the database');

$node->stop;
done_testing();
