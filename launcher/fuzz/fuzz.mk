# Fuzzes with libFuzzer, for the Makefiles of helper, restorer and verifier. A target is fuzz/NAME_fuzz.c, and its corpus is fuzz/corpus/NAME,
# or both are in the folder ARCH.
#   make fuzz           each target for FUZZ_TIME seconds, with the address and undefined-behaviour sanitizers; needs clang 19
#   make fuzz-NAME      one of them; new inputs stay in build/fuzz/NAME
#   make fuzz-replay    the corpus and earlier crashes as ordinary tests, by any compiler: a part of make test
#   make fuzz-merge     adds inputs to the corpus that increase coverage
# ../common.mk has the rules that compile. TESTED are the sources under test.
FUZZ_CC ?= clang-19
FUZZ_TIME ?= 20
FUZZ_FOLDERS := fuzz $(ARCH:%=%/fuzz)
FUZZ_TARGETS := $(patsubst %_fuzz.c,%,$(notdir $(wildcard $(FUZZ_FOLDERS:%=%/*_fuzz.c))))
FUZZ_INCLUDES := -I. -I../fuzz $(FUZZ_FOLDERS:%=-I%)
find_corpus = $(wildcard $(FUZZ_FOLDERS:%=%/corpus/$1))
vpath %_fuzz.c $(FUZZ_FOLDERS)
FUZZ_LIMITS := -timeout=10 -rss_limit_mb=2048 -max_len=65536
FUZZ_OBJECTS := $(TESTED:%.c=build/fuzz/objects/%.o)

build/fuzz/objects/%.o: %.c $(MAKEFILES)
	@mkdir -p $(@D)
	$(FUZZ_CC) $(WARNINGS) $(DEFINES) $(SANITIZED) -fsanitize=fuzzer-no-link $(LIST_HEADERS) -c -o $@ $<

build/fuzz/%_fuzz: %_fuzz.c $(FUZZ_OBJECTS) $(MAKEFILES)
	$(FUZZ_CC) $(WARNINGS) $(DEFINES) $(SANITIZED) -fsanitize=fuzzer $(LIST_HEADERS) $(FUZZ_INCLUDES) -o $@ $< $(FUZZ_OBJECTS)

build/fuzz/replay.o: ../fuzz/replay.c $(MAKEFILES)
	@mkdir -p $(@D)
	$(CC) $(WARNINGS) $(DEFINES) $(SANITIZED) $(LIST_HEADERS) -c -o $@ $<

build/fuzz/%_replay: %_fuzz.c build/fuzz/replay.o $(TESTED_OBJECTS) $(MAKEFILES)
	$(CC) $(WARNINGS) $(DEFINES) $(SANITIZED) $(LIST_HEADERS) $(FUZZ_INCLUDES) -o $@ $< build/fuzz/replay.o $(TESTED_OBJECTS)

$(FUZZ_TARGETS:%=fuzz-%): fuzz-%: build/fuzz/%_fuzz
	@mkdir -p build/fuzz/$*
	@echo "fuzzing $* for $(FUZZ_TIME) s"
	@build/fuzz/$*_fuzz -max_total_time=$(FUZZ_TIME) $(FUZZ_LIMITS) $(FUZZ_OPTIONS) -print_final_stats=1 \
	  -artifact_prefix=build/fuzz/$*- build/fuzz/$* $(call find_corpus,$*) >build/fuzz/$*.log 2>&1 || { tail -n 60 build/fuzz/$*.log; exit 1; }
	@sed -n 's/^stat::number_of_executed_units: */$*: executions: /p' build/fuzz/$*.log

$(FUZZ_TARGETS:%=fuzz-replay-%): fuzz-replay-%: build/fuzz/%_replay
	@build/fuzz/$*_replay $(call find_corpus,$*)

$(FUZZ_TARGETS:%=fuzz-merge-%): fuzz-merge-%: build/fuzz/%_fuzz
	@mkdir -p build/fuzz/$* && rm -rf build/fuzz/$*.merged && mkdir build/fuzz/$*.merged
	@build/fuzz/$*_fuzz -merge=1 $(FUZZ_LIMITS) build/fuzz/$*.merged $(call find_corpus,$*) build/fuzz/$* 2>&1 | tail -n 1

fuzz: $(FUZZ_TARGETS:%=fuzz-%)
fuzz-replay: $(FUZZ_TARGETS:%=fuzz-replay-%)
fuzz-merge: $(FUZZ_TARGETS:%=fuzz-merge-%)

.PHONY: fuzz fuzz-replay fuzz-merge $(foreach t,$(FUZZ_TARGETS),fuzz-$t fuzz-replay-$t fuzz-merge-$t)
.SECONDARY: $(FUZZ_OBJECTS) $(FUZZ_TARGETS:%=build/fuzz/%_fuzz) $(FUZZ_TARGETS:%=build/fuzz/%_replay)
