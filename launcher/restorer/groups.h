/* Reads /etc/group and /etc/passwd to say who is in a group, and /proc/self/uid_map to say which users have a number here. */
#ifndef CRJVM_GROUPS_H
#define CRJVM_GROUPS_H

#include <stdbool.h>
#include <stdint.h>

#include "text.h"

/* Finds the group's name in the text of /etc/group. */
bool find_group(const char *groups, uint64_t group, struct text *name);

/* Returns true for the groups of root and of those who may become root. */
bool is_administrators_group(const char *groups, uint64_t group);

/* Returns true if the group has members, by the texts of both files, and each of them is root, a or b. Returns false if a member is
 * not known, or if other sources of users are mentioned. */
bool is_private_group(const char *groups, const char *passwd, uint64_t group, uint64_t a, uint64_t b);

/* Returns true if a user has a number in this user namespace, by the text of its uid_map. */
bool is_mapped_user(const char *map, uint64_t user);

#endif
