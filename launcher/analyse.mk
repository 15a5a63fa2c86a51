# Static analysis, for the Makefiles of helper, restorer and verifier: make analyse finds nothing, and says nothing then.
# From common.mk and the Makefile that includes it: how programs are compiled, and ANALYSE_GCC, more options for gcc.
ANALYSE_CFLAGS = $(WARNINGS) $(DEFINES) $(PROGRAM_FLAGS) -DCRJVM_VERSION='"$(VERSION)"'
ANALYSED := $(wildcard *.c $(ARCH:%=%/*.c))

analyse: analyse-gcc analyse-clang analyse-tidy analyse-cppcheck

# -g: the analyzer then says which call leads to a fault.
analyse-gcc:
	@for file in $(ANALYSED); do gcc $(ANALYSE_CFLAGS) -g -fanalyzer $(ANALYSE_GCC) -c -o /dev/null $$file || exit 1; done

analyse-clang:
	@for file in $(ANALYSED); do clang-19 $(ANALYSE_CFLAGS) -c -o /dev/null $$file || exit 1; done

# The checks: ../.clang-tidy; it is the slowest, so one file at a time, side by side. What it says besides of suppressed warnings is of no use.
analyse-tidy: $(ANALYSED:%=tidy-%)
$(ANALYSED:%=tidy-%): tidy-%:
	@mkdir -p build/$(dir $@)
	@clang-tidy-19 --quiet $* -- $(ANALYSE_CFLAGS) 2>build/$@.log || { cat build/$@.log; exit 1; }

analyse-cppcheck:
	@cppcheck --quiet --std=c11 --platform=unix64 --enable=warning,portability,performance --check-level=exhaustive --error-exitcode=1 --inline-suppr \
	  --suppress=missingIncludeSystem -D__$(shell uname -m)__ -D_GNU_SOURCE $(filter -I%,$(DEFINES)) '-D__asm__(x)=' -DCRJVM_VERSION='""' $(ANALYSED)

.PHONY: analyse analyse-gcc analyse-clang analyse-tidy analyse-cppcheck
