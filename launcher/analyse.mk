# Analyses the C code for the Makefiles of helper, restorer, verifier and transfer program. make analyse prints nothing if it finds nothing.
# common.mk and the including Makefile say how programs are compiled. ANALYSE_GCC has more options for gcc. For another machine there is
# only analyse-gcc: clang has no headers for it.
ANALYSE_CFLAGS = $(WARNINGS) $(DEFINES) $(PROGRAM_FLAGS) -DCRJVM_VERSION='"$(VERSION)"'
ANALYSED := $(wildcard *.c $(ARCH:%=%/*.c))

analyse: analyse-gcc analyse-clang analyse-tidy analyse-cppcheck

# With -g the analyzer says which call leads to a fault.
analyse-gcc:
	@for file in $(ANALYSED); do $(CROSS)gcc $(ANALYSE_CFLAGS) -g -fanalyzer $(ANALYSE_GCC) -c -o /dev/null $$file || exit 1; done

analyse-clang:
	@for file in $(ANALYSED); do clang-19 $(ANALYSE_CFLAGS) -c -o /dev/null $$file || exit 1; done

# ../.clang-tidy lists the checks. This is the slowest analysis, so there is one process for each file, in parallel. Its messages about
# suppressed warnings go to a log, which is shown only after a failure.
analyse-tidy: $(ANALYSED:%=tidy-%)
$(ANALYSED:%=tidy-%): tidy-%:
	@mkdir -p $(BUILD)/$(dir $@)
	@clang-tidy-19 --quiet $* -- $(ANALYSE_CFLAGS) 2>$(BUILD)/$@.log || { cat $(BUILD)/$@.log; exit 1; }

analyse-cppcheck:
	@cppcheck --quiet --std=c11 --platform=unix64 --enable=warning,portability,performance --check-level=exhaustive --error-exitcode=1 --inline-suppr \
	  --suppress=missingIncludeSystem -D__$(ARCH)__ -D_GNU_SOURCE $(filter -I%,$(DEFINES)) '-D__asm__(x)=' -DCRJVM_VERSION='""' $(ANALYSED)

.PHONY: analyse analyse-gcc analyse-clang analyse-tidy analyse-cppcheck
