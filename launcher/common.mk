# Has the rules that the Makefiles of helper, restorer, verifier and the transfer program share:
#   make          the programs
#   make test     the unit tests, under the address and undefined-behaviour sanitizers, and fuzz-replay
#   make fuzz     fuzzing: fuzz/fuzz.mk
#   make analyse  static analysis: analyse.mk
# The including Makefile sets PROGRAMS and the rules that link them; ARCH, the folder with the code for one processor, if there is one;
# PROGRAM_FLAGS, the compiler's options for their objects; DEFINES; VERSIONED, the sources that use CRJVM_VERSION; TESTED, the sources that the
# tests and the fuzz targets are linked with. Tests and fuzz targets for one processor are in the folders tests and fuzz below ARCH.
VERSION ?= $(shell sed -n '/<parent>/,/<\/parent>/s:.*<version>\(.*\)</version>.*:\1:p' ../pom.xml 2>/dev/null)

WARNINGS := -std=c11 -Wall -Wextra -Werror -Wformat=2 -Wshadow -Wstrict-prototypes -Wconversion
# These are for programs with a C library. Some compilers predefine a lower level of _FORTIFY_SOURCE.
HARDENED := -O2 -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3 -fstack-protector-strong -fstack-clash-protection -fcf-protection -fPIE '-ffile-prefix-map=$(CURDIR)=.'
SANITIZED := -g -O1 -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
# Each object has beside it a list of the headers that it was made from. A header that is gone is no fault.
LIST_HEADERS = -MMD -MP -MF $@.d -MT $@

MAKEFILES := Makefile ../common.mk ../fuzz/fuzz.mk $(wildcard $(ARCH:%=%/options.mk))
TESTED_OBJECTS := $(TESTED:%.c=build/sanitized/%.o)
TEST_FOLDERS := tests $(ARCH:%=%/tests)
TESTS := $(patsubst %.c,build/%,$(notdir $(wildcard $(TEST_FOLDERS:%=%/*_test.c))))
vpath %_test.c $(TEST_FOLDERS)

all: $(PROGRAMS)

build/%.o: %.c $(MAKEFILES)
	@mkdir -p $(@D)
	$(CC) $(WARNINGS) $(DEFINES) $(PROGRAM_FLAGS) $(CFLAGS) $(LIST_HEADERS) -c -o $@ $<

# A change of the version makes new objects, though no file has changed.
STAMP := build/version-$(or $(VERSION),unknown)
$(STAMP):
	@mkdir -p build
	@rm -f build/version-*
	@touch $@
$(VERSIONED:%.c=build/%.o): DEFINES += -DCRJVM_VERSION='"$(or $(VERSION),unknown)"'
$(VERSIONED:%.c=build/%.o): $(STAMP)

build/sanitized/%.o: %.c $(MAKEFILES)
	@mkdir -p $(@D)
	$(CC) $(WARNINGS) $(DEFINES) $(SANITIZED) $(LIST_HEADERS) -c -o $@ $<

build/%_test: %_test.c $(TESTED_OBJECTS) $(MAKEFILES)
	$(CC) $(WARNINGS) $(DEFINES) $(SANITIZED) $(LIST_HEADERS) -I. $(TEST_FOLDERS:%=-I%) -o $@ $< $(TESTED_OBJECTS)

include ../fuzz/fuzz.mk
include ../analyse.mk

test: $(TESTS) fuzz-replay
	@for each in $(TESTS); do ./$$each || exit 1; done

clean:
	rm -rf build

.PHONY: all test clean
.SECONDARY: $(TESTED_OBJECTS)
-include $(wildcard build/*.d build/*/*.d build/*/*/*.d build/*/*/*/*.d)
