# virotrial: build with PGXS.  `make demo` and `make test` install what they
# need; `make`, `make install` and `make installcheck` use the server that
# PG_CONFIG names.

EXTENSION = virotrial
MODULE_big = virotrial

# A build outside the source tree: make -f /path/to/Makefile
ifndef VPATH
ifeq ($(wildcard virotrial.control),)
VPATH := $(patsubst %/,%,$(dir $(firstword $(MAKEFILE_LIST))))
endif
endif
source := $(if $(VPATH),$(VPATH),.)

EXTVERSION := $(shell sed -n "s/^default_version *= *'\(.*\)'/\1/p" $(source)/virotrial.control)

# The order of the modules is their order of dependency.
SQL_MODULES = $(addprefix sql/,$(shell sed 's/\#.*//' $(source)/sql/order))
install_script = build/$(EXTENSION)--$(EXTVERSION).sql
frozen_script = extension/$(EXTENSION)--$(EXTVERSION).sql

DATA_built = $(install_script)
DATA = $(filter-out $(frozen_script),$(patsubst $(source)/%,%,$(wildcard $(source)/extension/$(EXTENSION)--*.sql)))

# The subjects, which are directories of the same name in src/, src/core/, sql/
# and test/; src/client/ is none, and no part of the library.
ROOMS = censored statistics resistance laboratory study
SOURCE_DIRECTORIES = src $(ROOMS:%=src/%) $(ROOMS:%=src/core/%)
SOURCES = $(patsubst $(source)/%,%,$(wildcard $(SOURCE_DIRECTORIES:%=$(source)/%/*.c)))
OBJS = $(SOURCES:.c=.o)
LOCAL_HEADERS = $(wildcard $(SOURCE_DIRECTORIES:%=$(source)/%/*.h))

# The program of users.
CLIENT = src/client/virotrial
CLIENT_SOURCES = $(patsubst $(source)/%,%,$(wildcard $(source)/src/client/*.c))
CLIENT_OBJS = $(CLIENT_SOURCES:.c=.o)
CLIENT_HEADERS = $(wildcard $(source)/src/client/*.h)
# The page of virotrial report as a string, and the script that draws its figures (make report-assets).
REPORT_TEMPLATE = src/client/report_template.h
REPORT_ASSET = $(source)/build/report.js

# With their directories, or their links would lead nowhere; so not DOCS, which is flat.
DOCUMENTS = $(patsubst $(source)/%,%,$(wildcard $(source)/*.md $(source)/LICENSE $(source)/*.psqlrc $(source)/doc/*.md $(source)/doc/*/*.md))
DOCUMENT_DIRECTORIES = $(sort $(dir $(DOCUMENTS)))

PG_CPPFLAGS = -I$(source)/src -DMATHLIB_STANDALONE -DVIROTRIAL_VERSION='"$(EXTVERSION)"'
# Contracted multiply-adds would make figures differ between machines.
# The headers of PostgreSQL 15 are no C23, which is what GCC 15 takes unless it is told.
PG_CFLAGS = -std=gnu17 -ffp-contract=off -fvisibility=hidden -Wall -Wextra -Wno-unused-parameter -Wno-missing-field-initializers -Wno-sign-compare
SHLIB_LINK = -lRmath -lm

REGRESS := $(patsubst $(source)/test/sql/%.sql,%,$(sort $(wildcard $(source)/test/sql/*.sql $(source)/test/sql/*/*.sql)))
# Not the current directory: there pg_regress would find sql/censored/viral_load.sql, the module.
REGRESS_OPTS = --inputdir=$(source)/test --outputdir=tmp_check --load-extension=$(EXTENSION)
ISOLATION := $(patsubst $(source)/test/isolation/specs/%.spec,%,$(sort $(wildcard $(source)/test/isolation/specs/*.spec)))
ISOLATION_OPTS = --inputdir=$(source)/test/isolation --load-extension=$(EXTENSION)
EXTRA_CLEAN = $(install_script) $(CLIENT) $(CLIENT_OBJS) $(REPORT_TEMPLATE)

# What a script does; it finds, or installs, the server to use.
SCRIPTED = demo demo-clean dist freeze upgrade-script site style indent mutations test test-clean test-slow test-partitions test-crash test-upgrade test-sanitize test-matrix test-fresh test-report test-clients test-packages test-dockerfile bench bench-clean oracle report-assets validation-report
.PHONY: $(SCRIPTED)

PG_CONFIG ?= pg_config
PGXS := $(shell $(PG_CONFIG) --pgxs 2>/dev/null)

ifeq ($(filter-out $(SCRIPTED),$(or $(MAKECMDGOALS),all)),)
else ifneq ($(PGXS),)
include $(PGXS)

ifneq ($(filter 9.% 10 11 12 13 14,$(MAJORVERSION)),)
$(error virotrial needs PostgreSQL 15 or newer, and $(PG_CONFIG) is of $(VERSION))
endif

all: $(install_script)
# Packages build the server's part for each major, and the rest once: with_client=no.
with_client ?= yes
ifeq ($(with_client),yes)
all: client
install: install-client
endif
uninstall: uninstall-client
.PHONY: client install-client uninstall-client
client: $(CLIENT)
install-client: client
	$(MKDIR_P) '$(DESTDIR)$(bindir)'
	$(INSTALL_PROGRAM) $(CLIENT) '$(DESTDIR)$(bindir)/virotrial'
	$(MKDIR_P) '$(DESTDIR)$(mandir)/man1' '$(DESTDIR)$(datadir)/virotrial'
	$(INSTALL_DATA) '$(source)/man/virotrial.1' '$(DESTDIR)$(mandir)/man1/virotrial.1'
	$(INSTALL_DATA) '$(source)/completion/virotrial.bash' '$(DESTDIR)$(datadir)/virotrial/virotrial.bash'
	$(MKDIR_P) $(DOCUMENT_DIRECTORIES:%='$(DESTDIR)$(docdir)/virotrial/%')
	for document in $(DOCUMENTS); do \
	  $(INSTALL_DATA) '$(source)'/$$document '$(DESTDIR)$(docdir)/virotrial/'$$document || exit; \
	done
ifneq ($(wildcard $(REPORT_ASSET)),)
	$(INSTALL_DATA) '$(REPORT_ASSET)' '$(DESTDIR)$(datadir)/virotrial/report.js'
endif
uninstall-client:
	rm -f '$(DESTDIR)$(bindir)/virotrial' '$(DESTDIR)$(mandir)/man1/virotrial.1' \
	  '$(DESTDIR)$(datadir)/virotrial/virotrial.bash' '$(DESTDIR)$(datadir)/virotrial/report.js'
	rm -rf '$(DESTDIR)$(docdir)/virotrial'

$(CLIENT_OBJS): override CPPFLAGS += -I$(libpq_srcdir) -I$(CURDIR)/src -DREPORT_ASSET='"$(datadir)/virotrial/report.js"'
$(REPORT_TEMPLATE): $(source)/src/client/report.html
	@mkdir -p $(@D)
	sed -e 's/[\\"]/\\&/g' -e 's/^/"/' -e 's/$$/\\n"/' $< > $@.tmp
	mv $@.tmp $@
src/client/report.o: $(REPORT_TEMPLATE)
$(CLIENT_OBJS): $(CLIENT_HEADERS) $(source)/virotrial.control $(source)/Makefile
$(CLIENT): $(CLIENT_OBJS)
	$(CC) $(CFLAGS) $^ $(LDFLAGS) $(LDFLAGS_EX) $(libpq) -lcsv -lcrypto -ljson-c -o $@

# pg_regress makes results/, but not the directories in it.
RESULT_DIRECTORIES = $(ROOMS:%=tmp_check/results/%)
installcheck: | $(RESULT_DIRECTORIES)
$(RESULT_DIRECTORIES):
	mkdir -p $@

STUDY_DDL = $(wildcard $(source)/sql/study/order $(source)/sql/study/*/*.sql $(source)/sql/study/protocols/*.json)

$(install_script): $(addprefix $(source)/,$(SQL_MODULES)) $(source)/sql/order $(source)/virotrial.control $(STUDY_DDL) $(source)/scripts/study_ddl $(source)/scripts/install_script
	@mkdir -p $(@D)
	$(source)/scripts/install_script > $@.tmp
	mv $@.tmp $@

$(OBJS): $(LOCAL_HEADERS) $(source)/virotrial.control $(source)/Makefile

ifneq ($(source),.)
ifneq ($(wildcard $(SOURCE_DIRECTORIES:%=$(source)/%/*.o) $(source)/$(install_script)),)
$(error $(source) holds objects, which make would take: run make clean there)
endif
# A rule would find the directories of the source tree through VPATH.
$(shell mkdir -p $(SOURCE_DIRECTORIES) src/client)
endif
else
all install installcheck clean:
	@echo 'pg_config was not found: install the PostgreSQL server headers' >&2
	@echo '(Debian: postgresql-server-dev-15), or name it: make PG_CONFIG=/path/to/pg_config' >&2
	@exit 1
endif

demo:
	@$(source)/scripts/demo
demo-clean:
	@$(source)/scripts/clean demo
# PARTS names some of the parts of the test: make test PARTS="unit regress"
test:
	@$(source)/scripts/test $(PARTS)
# Tests that take too long for every day.
test-slow:
	@$(source)/scripts/test slow
# Tests of studies, with the results in partitions.
test-partitions:
	@VIROTRIAL_PARTITIONS=4 $(source)/scripts/test \
	  $(addprefix pgtap/study_,partitions paths rules rule_sides history lock seal security views judge load deferred warehouse freeze correction) \
	  $(addprefix tap/study_,locks dump centre hammer seal)
# Changes the sources in small ways, and says what no test sees: slow.
mutations:
	@$(source)/scripts/mutations $(DRAWS)
# Lays out the C files; see scripts/indent.
indent:
	@$(source)/scripts/indent $(INDENT)
# Measures the sources; see scripts/style.
style:
	@$(source)/scripts/test style
test-clean:
	@$(source)/scripts/clean test
	@$(source)/scripts/clean sanitize
	@$(source)/scripts/clean crash
test-sanitize:
	@$(source)/scripts/sanitize $(PARTS)
# The server dies at many moments; as root.
test-crash:
	@$(source)/scripts/crash
# PostgreSQL 15 becomes 17, and 18, by pg_upgrade; as root.
test-upgrade:
	@$(source)/scripts/matrix --upgrade $(SUITES)
test-matrix:
	@$(source)/scripts/matrix $(SUITES)
test-fresh:
	@$(source)/scripts/matrix --fresh $(SUITES)
# What draws the figures of `virotrial report`, from npm.
report-assets:
	@$(source)/scripts/report_assets
# The report in a browser.
test-report:
	@$(source)/scripts/test_report
# What people's programs make of a censored result; CLIENTS names some of them.
test-clients:
	@$(source)/scripts/test_clients $(CLIENTS)
# Builds, uses and removes the Debian packages in bare systems; as root.
test-packages:
	@$(source)/scripts/matrix --packages $(SUITES)
# The steps of the Dockerfile, in bare systems; as root.
test-dockerfile:
	@$(source)/scripts/matrix --dockerfile
# The documents as a site that can be searched.
site:
	@$(source)/scripts/site
# A release's script, which never changes again.
freeze:
	@test -e '$(source)/$(frozen_script)' || $(source)/scripts/install_script >'$(source)/$(frozen_script)'
	@$(source)/scripts/install_script | cmp - '$(source)/$(frozen_script)'
	@echo '$(frozen_script) is frozen: commit it'
# What makes the last release this version; see extension/README.md.
upgrade-script:
	@$(source)/scripts/upgrade_script
# The archive of a release.
dist:
	@$(source)/scripts/dist
bench:
	@$(source)/bench/run
bench-clean:
	@$(source)/scripts/clean bench
oracle:
	@$(source)/scripts/oracle
# Writes what each test said for each requirement and risk; see doc/validation.md.
# Fails if a test failed, and writes the report all the same.
validation-report:
	@bash -o pipefail -c "$(source)/scripts/test | tee '$(CURDIR)/validation.log'"; status=$$?; \
	$(source)/scripts/validation_report '$(CURDIR)/validation.log' >'$(CURDIR)/validation-report.md' && \
	echo 'The report is in $(CURDIR)/validation-report.md' && exit $$status
