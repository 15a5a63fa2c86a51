# Has the rules that the Makefiles of helper, restorer, verifier and the transfer program share:
#   make          the programs
#   make test     the unit tests, under the address and undefined-behaviour sanitizers, and fuzz-replay
#   make fuzz     fuzzing: fuzz/fuzz.mk
#   make analyse  static analysis: analyse.mk
# machine.mk, which is included before, says for which machine (ARCH, BUILD). The including Makefile sets PROGRAMS and the rules that link them;
# PROGRAM_FLAGS, the compiler's options for their objects; DEFINES; VERSIONED, the sources that use CRJVM_VERSION; TESTED, the sources that the
# tests and the fuzz targets are linked with. Tests and fuzz targets for one processor are in the folders tests and fuzz
# below the folder of its name.
VERSION ?= $(shell sed -n '/<parent>/,/<\/parent>/s:.*<version>\(.*\)</version>.*:\1:p' ../pom.xml 2>/dev/null)

WARNINGS := -std=c11 -Wall -Wextra -Werror -Wformat=2 -Wshadow -Wstrict-prototypes -Wconversion
# These are for programs with a C library. Some compilers predefine a lower level of _FORTIFY_SOURCE.
HARDENED := -O2 -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3 -fstack-protector-strong -fstack-clash-protection $(HARDENED_FLAGS) -fPIE '-ffile-prefix-map=$(CURDIR)=.'
SANITIZED := -g -O1 -fsanitize=$(SANITIZERS) -fno-sanitize-recover=all -fno-omit-frame-pointer
# Each object has beside it a list of the headers that it was made from, with those of the system: -MMD would also leave out what -idirafter
# finds, and that are headers of other folders here. A header that is gone is not an error.
LIST_HEADERS = -MD -MP -MF $@.d -MT $@

MAKEFILES := Makefile ../common.mk ../machine.mk ../processors/$(ARCH).mk ../fuzz/fuzz.mk $(wildcard $(ARCH:%=%/options.mk))
TESTED_OBJECTS := $(TESTED:%.c=$(BUILD)/sanitized/%.o)
TEST_FOLDERS := tests $(ARCH:%=%/tests)
TESTS := $(patsubst %.c,$(BUILD)/%,$(notdir $(wildcard $(TEST_FOLDERS:%=%/*_test.c))))
vpath %_test.c $(TEST_FOLDERS)

all: $(PROGRAMS)

$(BUILD)/%.o: %.c $(MAKEFILES)
	@mkdir -p $(@D)
	$(CC) $(WARNINGS) $(DEFINES) $(PROGRAM_FLAGS) $(CFLAGS) $(LIST_HEADERS) -c -o $@ $<

# A change of the version makes new objects, though no file has changed.
STAMP := $(BUILD)/version-$(or $(VERSION),unknown)
$(STAMP):
	@mkdir -p $(BUILD)
	@rm -f $(BUILD)/version-*
	@touch $@
$(VERSIONED:%.c=$(BUILD)/%.o): DEFINES += -DCRJVM_VERSION='"$(or $(VERSION),unknown)"'
$(VERSIONED:%.c=$(BUILD)/%.o): $(STAMP)

$(BUILD)/sanitized/%.o: %.c $(MAKEFILES)
	@mkdir -p $(@D)
	$(CC) $(WARNINGS) $(DEFINES) $(SANITIZED) $(LIST_HEADERS) -c -o $@ $<

$(BUILD)/%_test: %_test.c $(TESTED_OBJECTS) $(MAKEFILES)
	$(CC) $(WARNINGS) $(DEFINES) $(SANITIZED) $(LIST_HEADERS) -I. $(TEST_FOLDERS:%=-I%) -o $@ $< $(TESTED_OBJECTS)

include ../fuzz/fuzz.mk
include ../analyse.mk

test: $(TESTS) fuzz-replay
	@for each in $(TESTS); do $(RUN) ./$$each || exit 1; done

clean:
	rm -rf $(BUILD)

.PHONY: all test clean
.SECONDARY: $(TESTED_OBJECTS)
-include $(wildcard $(BUILD)/*.d $(BUILD)/*/*.d $(BUILD)/*/*/*.d $(BUILD)/*/*/*/*.d)
