# Fuzzes with libFuzzer, for the Makefiles of helper, restorer, verifier and transfer. A target is fuzz/NAME_fuzz.c, and its corpus is
# fuzz/corpus/NAME, or both are in the folder ARCH.
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
FUZZ_OBJECTS := $(TESTED:%.c=$(BUILD)/fuzz/objects/%.o)

$(BUILD)/fuzz/objects/%.o: %.c $(MAKEFILES)
	@mkdir -p $(@D)
	$(FUZZ_CC) $(WARNINGS) $(DEFINES) $(SANITIZED) -fsanitize=fuzzer-no-link $(LIST_HEADERS) -c -o $@ $<

$(BUILD)/fuzz/%_fuzz: %_fuzz.c $(FUZZ_OBJECTS) $(MAKEFILES)
	$(FUZZ_CC) $(WARNINGS) $(DEFINES) $(SANITIZED) -fsanitize=fuzzer $(LIST_HEADERS) $(FUZZ_INCLUDES) -o $@ $< $(FUZZ_OBJECTS)

$(BUILD)/fuzz/replay.o: ../fuzz/replay.c $(MAKEFILES)
	@mkdir -p $(@D)
	$(CC) $(WARNINGS) $(DEFINES) $(SANITIZED) $(LIST_HEADERS) -c -o $@ $<

$(BUILD)/fuzz/%_replay: %_fuzz.c $(BUILD)/fuzz/replay.o $(TESTED_OBJECTS) $(MAKEFILES)
	$(CC) $(WARNINGS) $(DEFINES) $(SANITIZED) $(LIST_HEADERS) $(FUZZ_INCLUDES) -o $@ $< $(BUILD)/fuzz/replay.o $(TESTED_OBJECTS)

$(FUZZ_TARGETS:%=fuzz-%): fuzz-%: $(BUILD)/fuzz/%_fuzz
	@mkdir -p $(BUILD)/fuzz/$*
	@echo "fuzzing $* for $(FUZZ_TIME) s"
	@$(BUILD)/fuzz/$*_fuzz -max_total_time=$(FUZZ_TIME) $(FUZZ_LIMITS) $(FUZZ_OPTIONS) -print_final_stats=1 \
	  -artifact_prefix=$(BUILD)/fuzz/$*- $(BUILD)/fuzz/$* $(call find_corpus,$*) >$(BUILD)/fuzz/$*.log 2>&1 || { tail -n 60 $(BUILD)/fuzz/$*.log; exit 1; }
	@sed -n 's/^stat::number_of_executed_units: */$*: executions: /p' $(BUILD)/fuzz/$*.log

$(FUZZ_TARGETS:%=fuzz-replay-%): fuzz-replay-%: $(BUILD)/fuzz/%_replay
	@$(RUN) $(BUILD)/fuzz/$*_replay $(call find_corpus,$*)

$(FUZZ_TARGETS:%=fuzz-merge-%): fuzz-merge-%: $(BUILD)/fuzz/%_fuzz
	@mkdir -p $(BUILD)/fuzz/$* && rm -rf $(BUILD)/fuzz/$*.merged && mkdir $(BUILD)/fuzz/$*.merged
	@$(BUILD)/fuzz/$*_fuzz -merge=1 $(FUZZ_LIMITS) $(BUILD)/fuzz/$*.merged $(call find_corpus,$*) $(BUILD)/fuzz/$* 2>&1 | tail -n 1

fuzz: $(FUZZ_TARGETS:%=fuzz-%)
fuzz-replay: $(FUZZ_TARGETS:%=fuzz-replay-%)
fuzz-merge: $(FUZZ_TARGETS:%=fuzz-merge-%)

.PHONY: fuzz fuzz-replay fuzz-merge $(foreach t,$(FUZZ_TARGETS),fuzz-$t fuzz-replay-$t fuzz-merge-$t)
.SECONDARY: $(FUZZ_OBJECTS) $(FUZZ_TARGETS:%=$(BUILD)/fuzz/%_fuzz) $(FUZZ_TARGETS:%=$(BUILD)/fuzz/%_replay)
