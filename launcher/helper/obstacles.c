/* File capabilities vanish silently: this tells which of the kernel's reasons it was. */
#include "obstacles.h"

#include "capability.h"
#include "engine.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/statvfs.h>
#include <sys/xattr.h>
#include <unistd.h>

#ifndef CAP_CHECKPOINT_RESTORE
#define CAP_CHECKPOINT_RESTORE 40
#endif

static bool read_small_file(const char *path, char *text, size_t size)
{
	int file = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = file < 0 ? -1 : read(file, text, size - 1);

	if (file >= 0)
		close(file);
	if (n < 0)
		return false;
	text[n] = '\0';
	return true;
}

bool maps_all_users(const char *uid_map)
{
	unsigned inside, outside, count;

	return sscanf(uid_map, "%u %u %u", &inside, &outside, &count) == 3 && inside == 0 && outside == 0 && count == 4294967295U;
}

static bool is_in_user_namespace(void)
{
	char map[256];

	return read_small_file("/proc/self/uid_map", map, sizeof map) && !maps_all_users(map);
}

static bool is_file_system_nosuid(void)
{
	struct statvfs file_system;

	return statvfs("/proc/self/exe", &file_system) == 0 && file_system.f_flag & ST_NOSUID;
}

/* Why has the file's capability not arrived? In the order in which the kernel looks. */
static void explain_missing_capability(struct reason *why)
{
	if (prctl(PR_CAPBSET_READ, CAP_CHECKPOINT_RESTORE, 0, 0, 0) < 0)
		set_reason(why, "the kernel does not know CAP_CHECKPOINT_RESTORE; Linux 5.9 or newer is needed to make images");
	else if (geteuid() == 0 && prctl(PR_CAPBSET_READ, CAP_CHECKPOINT_RESTORE, 0, 0, 0) != 0)
		set_reason(why, "root has been deprived of CAP_CHECKPOINT_RESTORE; start the JVM with it");
	else if (prctl(PR_CAPBSET_READ, CAP_CHECKPOINT_RESTORE, 0, 0, 0) == 0)
		set_reason(why, "CAP_CHECKPOINT_RESTORE is missing from the bounding set, so the helper can't get it; allow it to the container or service (docker run --cap-add CHECKPOINT_RESTORE, systemd CapabilityBoundingSet=)");
	else if (prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1)
		set_reason(why, "no_new_privs is set, so the kernel ignores the helper's capability; start the JVM without it (docker run without --security-opt no-new-privileges, systemd NoNewPrivileges=no)");
	else if (is_file_system_nosuid())
		set_reason(why, "the helper lies on a file system that is mounted nosuid, so the kernel ignores its capability; install it elsewhere");
	else if (getxattr("/proc/self/exe", "security.capability", NULL, 0) < 0)
		set_reason(why, "the helper's file has no capability; run setup");
	else
		set_reason(why, "the kernel did not grant the helper's capability; is the caller traced by a debugger or strace?");
}

static bool find_yama_obstacle(bool is_root, struct reason *why)
{
	char scope[8];

	if (!read_small_file("/proc/sys/kernel/yama/ptrace_scope", scope, sizeof scope))
		return false; /* no Yama */
	if (scope[0] == '3')
		set_reason(why, "Yama forbids every ptrace on this machine until it is booted anew (kernel.yama.ptrace_scope=3); boot with at most 1");
	else if (scope[0] == '2' && !is_root)
		set_reason(why, "Yama allows ptrace to administrators only (kernel.yama.ptrace_scope=2); sysctl -w kernel.yama.ptrace_scope=1");
	else
		return false; /* 1: the agent names the helper as tracer by prctl(PR_SET_PTRACER) */
	return true;
}

/* The JVM is started as the helper was, so that the caller's own filter stands for the JVM's. */
static bool find_seccomp_obstacle(const struct capability_sets *own, struct reason *why)
{
	if (prctl(PR_GET_SECCOMP, 0, 0, 0, 0) != 2 || own->permitted & SYS_ADMIN_BIT)
		return false;
	set_reason(why, "processes run under a seccomp filter here, and the kernel lets only CAP_SYS_ADMIN suspend a JVM's; make the image without the filter (docker run --security-opt seccomp=unconfined, systemd without SystemCallFilter= and its like)");
	return true;
}

int find_obstacles(struct reason found[OBSTACLES_MAX])
{
	struct capability_sets own = { 0 };
	int n = 0;

	if (is_in_user_namespace()) {
		/* Nothing else can be told here: the machine's root is nobody, and every capability looks as if it counted. */
		set_reason(&found[0], "this is a user namespace, in which the helper's capability does not count; make the image outside it");
		return 1;
	}
	if (!read_capabilities(&own) || !(own.permitted & CHECKPOINT_RESTORE_BIT))
		explain_missing_capability(&found[n++]);
	n += !is_engine_trusted(&found[n]);
	n += find_seccomp_obstacle(&own, &found[n]);
	n += find_yama_obstacle(geteuid() == 0, &found[n]);
	return n;
}
