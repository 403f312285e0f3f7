# amtbatch: one Makefile for everything.  Everything built goes to build/.
#
#	make            programs, under build/release
#	make deps       the Debian packages that building and testing need
#	make demo       a whole batch on simulated machines
#	make check      every test;  make V=asan check with sanitizers
#	make simulate SEEDS=20000    fleets under a clock of their own
#	make lint       cppcheck, shellcheck, mandoc
#	make bench      speed, as ratios;  make bench ONLY=keys runs some
#	make fuzz-hello FUZZ_SECONDS=60    one fuzz target
#	make install    PREFIX=/usr/local;  make uninstall
#	make deb        Debian packages, in build/deb;  make check-deb tests them

V ?= release
B ?= build/$(V)
PREFIX ?= /usr/local
DESTDIR ?=
FUZZ_SECONDS ?= 60

CC = gcc
CLANG = clang
WARN = -Wall -Wextra -Wshadow -Wconversion -Wmissing-prototypes
OPT_release = -O2 -g -D_FORTIFY_SOURCE=2 -fstack-protector-strong
OPT_asan = -O1 -g1 -fsanitize=address,undefined -fno-sanitize-recover=all \
	-fno-omit-frame-pointer
OPT_tsan = -O1 -g1 -fsanitize=thread
OPT_clang = -O2 -g
OPT_fuzz = -O1 -g -fsanitize=fuzzer-no-link,address,undefined \
	-fno-sanitize-recover=all
CC_clang = $(CLANG)
CC_fuzz = $(CLANG)
COMPILER = $(or $(CC_$(V)),$(CC))
CFLAGS = -std=c11 -D_GNU_SOURCE $(WARN) $(OPT_$(V))

# What tests and demonstrations build, they build on all processors; make -j
# says otherwise.
BUILD = $(MAKE) --no-print-directory $(if $(filter -j% --jobserver%,$(MAKEFLAGS)),,\
    -j$(shell nproc)) V=$(V) B=$(B)

# make Q= shows the commands.
Q = @
say = @echo "  $(1)	$(patsubst $(B)/%,%,$@)"

# libcsv has no .pc file.  Looked up late, as make deps may install them first,
# and once.
PKGS = openssl libcurl libxml-2.0 sqlite3 libseccomp libarchive libidn2 \
	libcares libusb-1.0 libpcap
PKG_CFLAGS = $(eval PKG_CFLAGS := $(shell pkg-config --cflags $(PKGS)))$(PKG_CFLAGS)
PKG_LIBS = $(eval PKG_LIBS := $(shell pkg-config --libs $(PKGS)) -lcsv)$(PKG_LIBS)

DEPS_BUILD = build-essential pkg-config libssl-dev libcurl4-openssl-dev \
	libcsv-dev libxml2-dev libsqlite3-dev libseccomp-dev libarchive-dev \
	libidn2-dev libc-ares-dev libusb-1.0-0-dev libpcap-dev xxd
DEPS_TEST = libcmocka-dev bats gnutls-bin stunnel4 lighttpd mtools dosfstools \
	fdisk clang libclang-rt-14-dev clang-format cppcheck shellcheck mandoc \
	sqlite3 jq strace openssl curl libxml2-utils util-linux time procps \
	p7zip-full zip unzip libarchive-tools gpgsm gpg-agent xz-utils zstd bzip2 \
	umockdev libumockdev-dev qemu-system-x86 busybox-static cpio kmod valgrind \
	iproute2 dnsmasq-base tshark socat python3-requests python3-jsonschema universal-ctags \
	ca-certificates openjdk-17-jre-headless nodejs systemd logrotate zsh python3-yaml chromium \
	chromium-driver tidy libnss3-tools spin

# A program is the .c that has a man page beside it; everything else of stages/
# goes into one library, of which each program takes what it uses.
FORMATS = $(wildcard formats/*/*.c)
PROGRAMS = $(patsubst %.1,%.c,$(wildcard stages/*/*.1))
LIB = $(filter-out $(PROGRAMS),$(wildcard stages/*/*.c))
STAGES = $(notdir $(PROGRAMS:.c=))
SOURCED = $(notdir $(wildcard bin/*.sh))
SCRIPTS = $(notdir $(filter-out %.1 %.7 %.sh %.md,$(wildcard bin/*)))
UNITS = $(patsubst tests/unit/%.c,%,$(wildcard tests/unit/*/test_*.c))
FUZZERS = $(patsubst tests/fuzz/%.c,%,$(wildcard tests/fuzz/*/*.c))
PEERS = $(patsubst tests/peer/%.c,%,$(wildcard tests/peer/*.c))
PEERLIB = $(wildcard tests/peer/lib/*.c)
MEMDISK = $(wildcard tests/peer/memdisk/*.[ch])
SIMULATE = $(B)/tests/simulate/simulate
BENCHES = $(patsubst tests/bench/%.c,%,$(wildcard tests/bench/*.c))
SAMPLES = $(shell find samples -path samples/debian -prune -o -type f -print \
	2>/dev/null)
PAGES = $(wildcard stages/*/*.1 bin/*.[17] formats/*/*.5)
EMBEDS = $(wildcard stages/*/*.sql stages/*/*.css stages/*/*.js formats/*/*.rng) \
	samples/site/site.conf samples/site/profile.xml

objects = $(patsubst %.c,$(B)/%.o,$(1))
EXEC = $(B)/libexec/amtbatch
BIN = $(B)/bin

HELP = $(B)/share/amtbatch/help
HELPS = $(patsubst %.1,$(HELP)/%,$(notdir $(filter %.1,$(PAGES))))

all: $(STAGES:%=$(EXEC)/%) $(SCRIPTS:%=$(BIN)/%) $(SOURCED:%=$(EXEC)/%) $(HELPS)

DEPS_DEB = debhelper dpkg-dev fakeroot lintian mmdebstrap

deps: build/deps-build build/deps-test

build/deps-%: tests/install-deps Makefile
	@mkdir -p $(@D)
	$(Q)tests/install-deps $(DEPS_$(shell echo $* | tr a-z A-Z))
	@touch $@

# --- programs ------------------------------------------------------------

# A text that a program carries in itself: schema.sql becomes schema.sql.h
# with an array schema_sql of its bytes and a NUL.
$(B)/gen/%.h: % | build/deps-build
	@mkdir -p $(@D)
	$(Q)(printf 'static const char %s[] = {\n' \
	    "$$(basename $* | tr . _)"; od -An -v -tu1 $* | \
	    sed 's/\([0-9][0-9]*\)/\1,/g'; echo '0 };') >$@

# Includes name their folder: "keys/pidpps.h".  formats/ sees itself only.
COMPILE_formats = -Iformats -I$(B)/gen/formats
COMPILE_stages = -Istages -Iformats -I$(B)/gen/stages -I$(B)/gen/samples/site
COMPILE_tests = -Istages -Iformats -Itests

define compile
$$(B)/$(1)/%.o: $(1)/%.c $$(EMBEDS:%=$$(B)/gen/%.h) | build/deps-build
	@mkdir -p $$(@D)
	$$(call say,CC)
	$$(Q)$$(COMPILER) $$(CFLAGS) $$(COMPILE_$(1)) $$(PKG_CFLAGS) \
	    -MMD -MP -c -o $$@ $$<
endef
$(foreach layer,formats stages,$(eval $(call compile,$(layer))))

$(B)/libformats.a: $(call objects,$(FORMATS))
	$(Q)rm -f $@ && ar crs $@ $^

$(B)/libstages.a: $(call objects,$(LIB))
	$(Q)rm -f $@ && ar crs $@ $^

# Hundreds of programs are linked for tests: gold takes a third of the time.
FAST = $(eval FAST := $(if $(shell command -v ld.gold),-fuse-ld=gold))$(FAST)
FAST_asan = $(FAST)
FAST_tsan = $(FAST)

LINK = $(COMPILER) $(OPT_$(V)) -o $@ $(filter %.o %/libpeer.a,$^) \
	$(B)/libstages.a $(B)/libformats.a -Wl,--as-needed $(PKG_LIBS)

define program
$$(EXEC)/$(notdir $(1:.c=)): $$(B)/$(1:.c=.o) $$(B)/libstages.a \
    $$(B)/libformats.a
	@mkdir -p $$(@D)
	$$(call say,LINK)
	$$(Q)$$(LINK) $$(FAST_$$(V))
endef
$(foreach source,$(PROGRAMS),$(eval $(call program,$(source))))

$(SCRIPTS:%=$(BIN)/%): $(BIN)/%: bin/%
	@mkdir -p $(@D)
	$(Q)install -m 755 $< $@

# What the scripts source: not in bin.
$(SOURCED:%=$(EXEC)/%): $(EXEC)/%: bin/%
	@mkdir -p $(@D)
	$(Q)install -m 644 $< $@

# What --help shows of the options: from the page, so that both say the same.
vpath %.1 $(sort $(dir $(PAGES)))
$(HELP)/%: %.1 stages/lib/options.awk
	@mkdir -p $(@D)
	$(Q)awk -f stages/lib/options.awk $< >$@

# --- tests ---------------------------------------------------------------

$(B)/tests/%.o: tests/%.c | build/deps-build build/deps-test
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(COMPILER) $(CFLAGS) $(COMPILE_tests) $(PKG_CFLAGS) \
	    -MMD -MP -c -o $@ $<

$(UNITS:%=$(B)/tests/unit/%): $(B)/tests/unit/%: $(B)/tests/unit/%.o \
    $(B)/libstages.a $(B)/libformats.a
	$(call say,LINK)
	$(Q)$(LINK) $(FAST) -lcmocka

$(B)/libpeer.a: $(call objects,$(PEERLIB))
	$(Q)rm -f $@ && ar crs $@ $^

$(filter-out %/memdisk,$(PEERS:%=$(B)/tests/peer/%)): \
    $(B)/tests/peer/%: $(B)/tests/peer/%.o \
    $(B)/libpeer.a $(B)/libstages.a $(B)/libformats.a
	$(call say,LINK)
	$(Q)$(LINK) $(FAST)

# The only one on umockdev; without sanitizers and our libraries, as it is not
# what is tested.
$(B)/tests/peer/memdisk: tests/peer/memdisk.c $(MEMDISK) \
    | build/deps-build build/deps-test
	@mkdir -p $(@D)
	$(call say,LINK)
	$(Q)$(CC) -std=c11 -D_GNU_SOURCE $(WARN) -O2 -g -o $@ $(filter %.c,$^) \
	    $(shell pkg-config --cflags --libs umockdev-1.0)

$(BENCHES:%=$(B)/tests/bench/%): $(B)/tests/bench/%: $(B)/tests/bench/%.o \
    $(B)/libstages.a $(B)/libformats.a
	$(call say,LINK)
	$(Q)$(LINK)

# Its own clock, network and random numbers come first, and the programs' ones
# stay in the library.
$(SIMULATE): $(call objects,$(wildcard tests/simulate/*.c)) $(B)/libstages.a \
    $(B)/libformats.a
	$(call say,LINK)
	$(Q)$(LINK)

# The same target twice: replayed over the corpus by make check, and run with
# libFuzzer by make fuzz-NAME.
$(FUZZERS:%=$(B)/tests/fuzz/%): $(B)/tests/fuzz/%: $(B)/tests/fuzz/%.o \
    $(B)/tests/fuzz/replay.o $(B)/libformats.a $(B)/libstages.a
	$(call say,LINK)
	$(Q)$(LINK) $(FAST)

$(B)/libfuzzer/%: $(B)/tests/fuzz/%.o $(B)/libformats.a $(B)/libstages.a
	@mkdir -p $(@D)
	$(call say,LINK)
	$(Q)$(LINK) -fsanitize=fuzzer

fuzz-%: build/deps-build build/deps-test
	@mkdir -p build/fuzz/new-$* tests/corpus/$*
	$(MAKE) --no-print-directory V=fuzz B=build/fuzz \
	    build/fuzz/libfuzzer/$(filter %/$*,$(FUZZERS))
	build/fuzz/libfuzzer/$(filter %/$*,$(FUZZERS)) -max_total_time=$(FUZZ_SECONDS) -timeout=5 \
	    -print_final_stats=1 -artifact_prefix=build/fuzz/ $(FUZZ_$*) \
	    build/fuzz/new-$* tests/corpus/$*

# Its containers ask for gigabytes, and do not get them.
FUZZ_bundle = -malloc_limit_mb=8192
# Its one input of 64 KiB makes all others as long, and 30 a second.
FUZZ_rows = -max_len=8192

# Each file that is refused is told on stderr; libFuzzer keeps its own.
FUZZ_hellocap = -close_fd_mask=2

# samples/ as the tests see it: commented hex becomes bytes.
samples-built: $(SAMPLES:samples/%=$(B)/samples/%)

$(B)/samples/%.hex: samples/%.hex
	@mkdir -p $(@D)
	$(Q)sed 's/#.*//' $< | xxd -r -p >$(@:.hex=)
	@cp $< $@

$(B)/samples/%: samples/%
	@mkdir -p $(@D)
	@cp -p $< $@

tests-built: all samples-built $(UNITS:%=$(B)/tests/unit/%) \
    $(FUZZERS:%=$(B)/tests/fuzz/%) $(PEERS:%=$(B)/tests/peer/%) $(SIMULATE)

check: build/deps-build build/deps-test
	$(BUILD) tests-built
	$(Q)tests/run $(B) $(TESTS)

# Fleets and their sweeps under a clock of their own: each seed is a history.
SEEDS ?= 20000
FROM ?= 1
simulate: build/deps-build build/deps-test
	$(BUILD) $(SIMULATE)
	$(SIMULATE) --seeds $(SEEDS) --from $(FROM) --jobs $$(nproc)

check-layers: $(B)/libformats.a
	tests/layers/check $(B)

# Only what it runs: the tests take longer to build than all the rest.
demo: build/deps-build build/deps-test
	$(BUILD) all $(PEERS:%=$(B)/tests/peer/%)
	tests/demo $(B)

bench: build/deps-build build/deps-test
	$(BUILD) tests-built \
	    $(BENCHES:%=$(B)/tests/bench/%)
	tests/bench/run $(B) $(ONLY)

# Minutes, most of them waiting: 1,700 hostile machines among 1,000.
hostile: build/deps-build build/deps-test
	$(BUILD) tests-built
	tests/hostile $(B) $(EACH) $(GOOD)

# Half an hour: 200 sweeps of seconds, each among one or two obstacles.
RUNS ?= 200
SEED ?= 1
ends: build/deps-build build/deps-test
	$(MAKE) --no-print-directory V=$(V) B=$(B) tests-built
	tests/ends $(B) $(RUNS) $(SEED)

# As long as it says: one sweep that follows, and new machines all the time.
MINUTES ?= 120
RATE ?= 10
soak: build/deps-build build/deps-test
	$(MAKE) --no-print-directory V=$(V) B=$(B) tests-built
	tests/soak $(B) $(MINUTES) $(RATE)

house: all
	tests/house $(B)

lint: build/deps-build build/deps-test $(EMBEDS:%=$(B)/gen/%.h)
	tests/lint $(B)

format: build/deps-test
	clang-format -i $$(git ls-files '*.c' '*.h')

# Where an installation has what the system looks for.  systemd, bash and zsh
# look below /usr/local too; cron and logrotate in /etc alone.
SYSCONFDIR ?= $(if $(filter /usr /usr/local,$(PREFIX)),/etc,$(PREFIX)/etc)
MAN = $(DESTDIR)$(PREFIX)/share/man
SHARE = $(DESTDIR)$(PREFIX)/share/amtbatch
LIBEXEC = $(DESTDIR)$(PREFIX)/libexec/amtbatch
UNITS_DIR = $(DESTDIR)$(PREFIX)/lib/systemd/system
BASH_DIR = $(DESTDIR)$(PREFIX)/share/bash-completion/completions
# Debian's zsh has no site-functions below /usr.
ZSH_DIR = $(DESTDIR)$(PREFIX)/share/zsh/$(if $(filter \
	/usr,$(PREFIX)),vendor-completions,site-functions)
WITH_PATHS = cron/amtbatch cron/amtbatch-check nagios/amtbatch.cfg icinga/amtbatch.conf
SERVICES = $(filter %.service %.socket %.timer,$(SAMPLES))

# Pages, units and the line for cron name the installed programs by full path.
at_prefix = sed -E 's,/usr/local/(bin/amt-|libexec/amtbatch|share/amtbatch),$(PREFIX)/\1,g'
define install_text
install -d $(dir $(2))
$(at_prefix) $(1) >$(2)
chmod 644 $(2)

endef

# The samples go along, as the pages' examples run in them.
install: all samples-built
	install -d $(DESTDIR)$(PREFIX)/bin $(LIBEXEC) $(SHARE)
	install -m 644 formats/keys/keysxml.rng $(SHARE)
	$(EXEC)/profile-schema >$(SHARE)/profile.rng
	chmod 644 $(SHARE)/profile.rng
	install -d $(SHARE)/schema
	for name in $$($(EXEC)/report-schema --list); do \
	    $(EXEC)/report-schema $$name >$(SHARE)/schema/$$name.json && \
	    chmod 644 $(SHARE)/schema/$$name.json || exit; done
	install -d $(SHARE)/help
	install -m 644 $(HELPS) $(SHARE)/help
	install -m 755 $(SCRIPTS:%=$(BIN)/%) $(DESTDIR)$(PREFIX)/bin
	install -m 755 $(STAGES:%=$(EXEC)/%) $(LIBEXEC)
	install -m 644 $(SOURCED:%=$(EXEC)/%) $(LIBEXEC)
	$(foreach page,$(PAGES),$(call install_text,$(page),\
	    $(MAN)/man$(subst .,,$(suffix $(page)))/$(notdir $(page))))
	cd $(B)/samples && for file in $(patsubst samples/%,%,$(SAMPLES) \
	    $(patsubst %.hex,%,$(filter %.hex,$(SAMPLES)))); do \
	    install -D -m 644 $$file $(SHARE)/samples/$$file || exit; done
	$(foreach unit,$(SERVICES),\
	    $(call install_text,$(unit),$(UNITS_DIR)/$(notdir $(unit))))
	$(call install_text,samples/systemd/sysusers.conf,\
	    $(DESTDIR)$(PREFIX)/lib/sysusers.d/amtbatch.conf)
	$(call install_text,samples/systemd/tmpfiles.conf,\
	    $(DESTDIR)$(PREFIX)/lib/tmpfiles.d/amtbatch.conf)
	$(call install_text,samples/logrotate/amtbatch,\
	    $(DESTDIR)$(SYSCONFDIR)/logrotate.d/amtbatch)
	$(foreach sample,$(WITH_PATHS),\
	    $(call install_text,samples/$(sample),$(SHARE)/samples/$(sample)))
	$(call install_text,samples/completion/amtbatch.bash,$(BASH_DIR)/amtbatch)
	cd $(BASH_DIR) && for command in $(SCRIPTS); do \
	    ln -sf amtbatch $$command || exit; done
	$(call install_text,samples/completion/amtbatch.zsh,$(ZSH_DIR)/_amtbatch)
ifeq ($(DESTDIR)$(filter-out /usr /usr/local,$(PREFIX)),)
	$(make_user)
endif

# Root, on the system itself: its user and folders, and the new units.
define make_user
$(Q)[ "$$(id -u)" != 0 ] || ! command -v systemd-sysusers >/dev/null || { \
    systemd-sysusers $(PREFIX)/lib/sysusers.d/amtbatch.conf && \
    systemd-tmpfiles --create $(PREFIX)/lib/tmpfiles.d/amtbatch.conf; }
$(Q)[ ! -d /run/systemd/system ] || [ "$$(id -u)" != 0 ] || \
    systemctl daemon-reload
@echo "installed; man 7 amtbatch-service says how to begin"
endef

# Debian packages, in build/deb.  samples/debian is what dpkg-buildpackage
# expects as debian/.
DEB = build/deb
deb: build/deps-build build/deps-deb
	rm -rf $(DEB)
	mkdir -p $(DEB)/amtbatch
	cp -a $(filter-out build,$(wildcard *)) $(DEB)/amtbatch
	mv $(DEB)/amtbatch/samples/debian $(DEB)/amtbatch/debian
	chmod -R u=rwX,go=rX $(DEB)/amtbatch
	cd $(DEB)/amtbatch && dpkg-buildpackage -us -uc >../log 2>&1 || \
	    { tail -n 30 ../log; exit 1; }
	rm -rf $(DEB)/amtbatch
	@ls $(DEB)/*.deb

# Some minutes, for root: not part of check.
check-deb: build/deps-build build/deps-deb
	tests/deb

# Exactly what install of this tree makes.  The site and the user stay, as they
# have the passwords of machines.
uninstall:
	rm -rf $(B)/installed
	$(MAKE) --no-print-directory install DESTDIR=$(abspath $(B)/installed) \
	    PREFIX=$(PREFIX) >/dev/null
	cd $(B)/installed && find . ! -type d | while read -r file; do \
	    rm -f "$(DESTDIR)/$$file" || exit; done
	cd $(B)/installed && find . -depth -type d | grep amtbatch | \
	    while read -r folder; do [ ! -d "$(DESTDIR)/$$folder" ] || \
	    rmdir --ignore-fail-on-non-empty "$(DESTDIR)/$$folder"; done
	rm -rf $(B)/installed

clean:
	rm -rf build

.PHONY: all deps samples-built tests-built check check-layers demo bench hostile ends soak house lint \
	format install uninstall deb check-deb clean
.SECONDARY:
.DELETE_ON_ERROR:

-include $(shell find $(B) -name '*.d' 2>/dev/null)
