/* Restores what is attached to descriptors: epoll registrations, inotify watches, file locks. */
#ifndef CRJVM_WATCHES_H
#define CRJVM_WATCHES_H

void make_watches(void);
void make_locks(void);

#endif
