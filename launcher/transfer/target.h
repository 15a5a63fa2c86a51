/* The place of an image, and the folder beside it in which a pull works until the image is complete. */
#ifndef CRJVM_TARGET_H
#define CRJVM_TARGET_H

#include <stdbool.h>
#include <stdint.h>

struct target {
  const char *shown; /* as the user has written it */
  char *parent;      /* the path of the folder above */
  char *name;
  char *partial;    /* the name of the folder beside the image */
  int above;        /* the folder above */
  int work;         /* the folder beside the image */
  int image;        /* the image that is being made, in there */
  unsigned readers; /* the permission bits with which others than the owner may read the image */
  bool waits;       /* for another pull of the same content, if one is going on */
  bool soon;        /* it gets its place before the disk has all of it */
};

/* Finds out where the image will be. Gives up if something else is there. */
void find_target(struct target *target, const char *path);

/* Makes the folder beside it, or takes the one that an earlier pull of the same content has left, and locks it. */
void open_target(struct target *target, const char *digest);

/* Returns whether an image is there that this one replaces. */
bool replaces_image(const struct target *target);

/* Puts the complete image in its place, and removes what this and earlier pulls have left. */
void publish_target(const struct target *target);

/* Removes a folder with everything in it. What can't be removed does no harm. */
void remove_tree(int above, const char *name);

/* Ends the program if the file system has not as much room as the image still needs. What was there already stays no longer. */
void ask_for_room(const struct target *target, uint64_t bytes);

/* Removes the folder beside the image. */
void close_target(const struct target *target);

/* Removes what interrupted pulls have left in the entry of a store, unless a pull has locked it. */
void clear_partials(const char *path);

/* Exchanges two names in one step. Returns false if that is not possible here, or if one of them does not exist. */
bool exchange_names(int one_folder, const char *one, int other_folder, const char *other);

/* Removes the unfinished image. */
void discard_image(const struct target *target);

#endif
