/* What the parts of the restorer share: the command line, the plan, and how to give up. */
#ifndef CRJVM_RESTORER_H
#define CRJVM_RESTORER_H

#include "cpu.h"
#include "kept.h"
#include "kernel.h"
#include "layout.h"
#include "options.h"
#include "plan_file.h"
#include "syscall.h"

struct restorer {
  char **environment; /* copies in memory of our own: the stack that the kernel made goes away */
  int argument_count;
  char **arguments;
  struct options options;
  struct plan plan;
  struct cpu cpu;
  int image_fd, memory_fd; /* image_fd: -1 before and after */
  int staging;             /* the lowest descriptor number that no descriptor of the plan has */
  int named[16];           /* the descriptors that arguments name: they stay open */
  int named_count;
  uint64_t started;      /* kernel's monotonic clock, nanoseconds */
  uint64_t memory_limit; /* bytes, where the heap may grow beyond them; else 0 */
};
extern struct restorer self;

/* fallback.c: gives up. Prints `crjvm: cannot restore "DIR": CAUSE; …`, undoes what the application's normal start would
 * notice, and runs the fallback, or exits. hint: what the user can do about it; NULL: nothing special. */
_Noreturn void fail(const char *hint, const char *format, ...);
_Noreturn void fail_usage(const char *cause);
_Noreturn void exit_with(int status);
/* A normal start would not be what the caller has asked for: fail() ends the program instead. */
void refuse_fallback(void);
void print_line(const struct text *line);

/* What the fallback has to undo; called right after (or before) each thing is done. */
void remember_limit(uint64_t soft, uint64_t hard);
void ignore_size_signal(void); /* SIGXFSZ, until the plan's actions are set */
void block_signals(void);      /* all of them; remembers the mask */
void set_signal_actions(void); /* the plan's; remembers the ones that were */

enum { EXIT_UNUSABLE = 124, EXIT_USAGE = 125, EXIT_CANNOT_EXECUTE = 126, EXIT_NOT_FOUND = 127 };

/* memory.c: memory that goes away with the last act; zeroes, page-aligned. */
void *allocate(uint64_t size);
void move_own_areas(void);
/* Address of the running kernel's vDSO, wherever it was moved to; 0: it has none. */
uint64_t running_vdso(void);
uint64_t running_vdso_size(void);
void map_areas(void);
void protect_areas(void); /* those that were writable for their copies only */
void write_words(void);

/* contents.c: between begin and the end of the working set a thread more may be at work, which only touches memory. */
void begin_contents(void);
void end_copies(void);
void end_working_set(void);

/* limits.c */
void check_limits(void);
void lock_areas(void);
_Noreturn void fail_thread(uint32_t index, long error);

/* objects.c */
void open_image(void);
void check_files(void);
bool has_content(int folder, const char *name, uint64_t size, uint32_t crc);
void find_objects(void);                /* what areas map */
bool is_code(uint32_t object);          /* whether an area of it is executable */
int open_mapped_file(uint32_t name);    /* what was looked at is what is mapped; -1: no area maps it */
int object_descriptor(uint32_t object); /* of an object that is no PATH: kept open until close_objects */
int open_area_object(uint32_t object);
void close_objects(void);
int make_memory(const char *name, bool executable, bool sealable);
/* Above all numbers of the plan; the old one is closed. Errors are fatal. */
int move_up(int fd);

/* places.c */
struct stat;
void check_image_place(void);
void check_image_file(const struct stat *status, const char *name);
void check_places(void);

/* settings.c */
void check_settings(void);
void follow_ports(void); /* listens where the settings of this start say, unless --listen says so */

/* outside.c */
void check_outside_files(void);
void check_written_files(bool locked);

/* descriptors.c, sockets.c, watches.c, request.c */
void set_descriptor_limit(void);
void make_descriptors(void);
int make_socket(const struct plan_descriptor *d, bool only_internet);
enum transport transport_of(const struct plan_descriptor *d);
/* Where the image has an internet socket bound; false: d is none. */
bool internet_endpoint(const struct plan_descriptor *d, struct endpoint *at);
void check_ports(void);
void make_watches(void);
void make_locks(void);
int make_request(void); /* empty at first: the ports are not known yet */
void fill_request(void);
/* An internet socket, bound. */
struct port {
  int fd;
  enum transport transport;
  bool asked; /* there is a --listen about it */
  bool anew;  /* the kernel has chosen another one, without a --listen */
  uint16_t from, to;
};

/* ports.c */
void check_listens(void); /* every --listen is about a socket of the image */
void remove_port_file(void);
void note_port(const struct plan_descriptor *d, int fd, struct listen *listen);
const struct port *noted_ports(uint32_t *count);
void write_port_file(void);
void print_ports(void);

/* same_pid.c: with --pid=same, returns in a process that has the id of the checkpoint. */
void become_same_process(void);
long choose_next_id(int32_t id); /* for a clone that can't be told; 0, or an error */
_Noreturn void fail_same_id(int32_t id, long error);

/* paths.c: the path that --map makes of one of the image's. */
const char *map_path(const char *path);
const char *plan_path(uint32_t name);
void check_maps(void);

/* clock.c */
void read_clock_offsets(void);
void continue_clock(void);

/* threads.c */
/* clone or clone3, whose child calls a function that never returns, on the stack that the arguments name. */
long start_thread(long number, const long *arguments, const void *life, const void *of, uint64_t with);
void prepare_threads(void);
void raise_save_areas(void);
void set_layout(void);
void set_barriers(void);
_Noreturn void run_threads(void); /* the process is the application afterwards */

/* waking.c: a timer that ends the process when the agent does not report in. */
void prepare_watch(void);
bool get_watch(int *number, int *signal); /* of the timer, for the agent that deletes it; false: there is none */
void begin_watch(void);

/* main.c: what --verbose tells, right before the application runs. */
void print_timings(void);
bool is_closed_stream(int fd); /* 0, 1, 2: closed by whoever started the launcher */

#endif
