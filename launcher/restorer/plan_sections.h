/* Lists the sections of a plan in their order: SECTION(name, the array in struct plan, type of a record, name in messages, maximum
 * number of records). The section numbers, the limits and the arrays come from this list.
 *
 * Class crjvm.image.plan.PlanSection has the same list, and a test compares them. */

/* Bytes. */
SECTION(STRINGS, strings, char, "strings", PLAN_MAX_SIZE)
/* Objects that areas map and descriptors refer to. */
SECTION(OBJECTS, objects, struct plan_object, "objects", 1u << 18)
/* Files that must be unchanged. */
SECTION(CHECKS, checks, struct plan_check, "checks", 1u << 18)
/* Ascending, disjoint. */
SECTION(AREAS, areas, struct plan_area, "areas", 1u << 20)
/* Parts of the memory file that are copied into private anonymous areas. */
SECTION(COPIES, copies, struct plan_copy, "copies", 1u << 20)
/* Parts of the memory file that are copied into memory-backed objects. */
SECTION(FILLS, fills, struct plan_fill, "fills", 1u << 20)
/* Ascending by number. */
SECTION(DESCRIPTORS, descriptors, struct plan_descriptor, "descriptors", 1u << 18)
/* Socket options, set before bind. */
SECTION(OPTIONS, options, struct plan_option, "socket options", 1u << 18)
SECTION(WATCHES, watches, struct plan_watch, "epoll registrations", 1u << 18)
/* Ascending by descriptor and wd. */
SECTION(INOTIFY, inotify, struct plan_inotify, "inotify watches", 1u << 18)
/* File locks. */
SECTION(LOCKS, locks, struct plan_lock, "locks", 1u << 18)
/* Signal actions of the process. */
SECTION(SIGNALS, signals, struct plan_signal, "signals", 64)
/* The first is the main thread. */
SECTION(THREADS, threads, struct plan_thread, "threads", 1u << 15)
/* Functions of the dumped vDSO. */
SECTION(STUBS, stubs, struct plan_stub, "stubs", 64)
/* Absolute times that threads wait for, ascending by address. */
SECTION(DEADLINES, deadlines, struct plan_deadline, "deadlines", 1u << 16)
/* Words that lead to a wrapped function, ascending by address. */
SECTION(SLOTS, slots, struct plan_slot, "slots", 1u << 12)
/* Words that hold a thread id. */
SECTION(TIDS, tids, struct plan_tid, "thread ids", 1u << 17)
/* Words that are written after all memory is in place. */
SECTION(WORDS, words, struct plan_word, "words", 1u << 17)
/* Wrapped functions, which take absolute times. */
SECTION(FUNCTIONS, functions, struct plan_function, "wrapped functions", PLAN_KEPT_FUNCTIONS)
/* Variables with the room that the dynamic loader makes for processor state. */
SECTION(SAVES, saves, struct plan_save, "save areas", 16)
/* Files that the application has read and written. */
SECTION(OUTSIDE, outside, struct plan_outside, "files outside", 1u << 18)
/* Folders and temporary files that the application has made. */
SECTION(MADE, made, struct plan_made, "files made", 1u << 18)
/* Settings with which the application was configured. */
SECTION(SETTINGS, settings, struct plan_setting, "settings", 1u << 16)
/* Names of settings that the application asked for in vain, ascending by kind and hash. */
SECTION(MISSES, misses, struct plan_miss, "misses", 1u << 19)
/* Pages that the first requests write or read, ascending, disjoint. */
SECTION(WORKING_SET, working_set, struct plan_working_set, "the working set", 1u << 18)
