/* Defines those kernel constants that its headers only have together with a C library's, or only in newer versions. */
#ifndef CRJVM_KERNEL_NAMES_H
#define CRJVM_KERNEL_NAMES_H

#include <asm/socket.h>
#include <linux/fcntl.h>
#include <linux/mman.h>
#include <linux/stat.h>

/* Sockets: families, types, arguments of shutdown, and an option of one level. */
enum { AF_UNIX = 1, AF_INET = 2, AF_INET6 = 10 };
enum { SOCK_STREAM = 1, SOCK_DGRAM = 2, SOCK_CLOEXEC = O_CLOEXEC, SOCK_NONBLOCK = O_NONBLOCK };
enum { SHUT_RD, SHUT_WR, SHUT_RDWR };
enum { IPPROTO_IPV6 = 41, IPV6_V6ONLY = 26 };

/* The permissions that faccessat asks for. */
enum { X_OK = 1, W_OK = 2 };

/* The type and the permissions of a file. linux/stat.h leaves them to the C library if any of its headers was read, as stdint.h is. */
#ifndef S_IFMT
#define S_IFMT 0170000
#define S_IFSOCK 0140000
#define S_IFLNK 0120000
#define S_IFREG 0100000
#define S_IFBLK 0060000
#define S_IFDIR 0040000
#define S_IFCHR 0020000
#define S_IFIFO 0010000
#define S_ISVTX 0001000
#define S_IWGRP 0000020
#define S_IWOTH 0000002
#define S_ISREG(mode) (((mode) & S_IFMT) == S_IFREG)
#define S_ISLNK(mode) (((mode) & S_IFMT) == S_IFLNK)
#define S_ISDIR(mode) (((mode) & S_IFMT) == S_IFDIR)
#endif

#ifndef MAP_FIXED_NOREPLACE
#define MAP_FIXED_NOREPLACE 0x100000 /* Linux 4.17 */
#endif
#ifndef MAP_DROPPABLE
#define MAP_DROPPABLE 0x08 /* Linux 6.11 */
#endif
#ifndef MADV_POPULATE_READ
#define MADV_POPULATE_READ 22 /* Linux 5.14 */
#endif
#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23 /* Linux 5.14 */
#endif
#ifndef MADV_GUARD_INSTALL
#define MADV_GUARD_INSTALL 102 /* Linux 6.13 */
#endif
#ifndef F_SEAL_FUTURE_WRITE
#define F_SEAL_FUTURE_WRITE 0x10 /* Linux 5.1 */
#endif
#ifndef F_SEAL_EXEC
#define F_SEAL_EXEC 0x20 /* Linux 6.3 */
#endif

#endif
