# Says for which machine the Makefiles build, before ../common.mk: for this one, or for the one that ARCH names.
#   make ARCH=aarch64        a build for 64-bit ARM, in build/aarch64-linux, beside that for this machine
#   make test ARCH=aarch64   its unit tests, by an emulator
# CROSS begins the names of the tools for another machine, and EMULATOR runs its programs. Tests that need what an emulator of programs does not
# have see CRJVM_EMULATED, and say that they skip it.
# LIBRARIES_FROM names a folder with the libraries of another machine that the cross compiler lacks, in lib, and their headers, in include:
# libcrypto for the verifier, and libcurl, libzstd and libjansson as well for the transfer program.
MACHINE := $(shell uname -m)
ARCH := $(MACHINE)
ifeq ($(ARCH),$(MACHINE))
BUILD := build
CROSS :=
EMULATOR :=
RUN :=
LIBRARIES_FROM :=
SANITIZERS := address,undefined
else
BUILD := build/$(ARCH)-linux
CROSS ?= $(ARCH)-linux-gnu-
EMULATOR ?= qemu-$(ARCH)
RUN = CRJVM_EMULATED=1 $(EMULATOR)
LIBRARIES_FROM ?=
# Programs with the address sanitizer end with a fault in qemu, before main begins.
SANITIZERS := undefined
ifeq ($(origin CC),default)
CC := $(CROSS)gcc
endif
endif
include ../processors/$(ARCH).mk
FOREIGN_INCLUDES := $(LIBRARIES_FROM:%=-idirafter %/include)
# The libraries there may need others that only the other machine has.
FOREIGN_LINKED := $(LIBRARIES_FROM:%=-L%/lib -Wl,--allow-shlib-undefined)
