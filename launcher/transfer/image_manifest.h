/* Reads the manifest of an image, including the parts that the verifier does not need. */
#ifndef CRJVM_IMAGE_MANIFEST_H
#define CRJVM_IMAGE_MANIFEST_H

#include "manifest.h"

#define MANIFEST_FILE "manifest"
#define SIGNATURE_FILE "manifest.sig"

enum { MANIFEST_MOST = 64 << 20 };

struct description {
  struct manifest files;
  char *machine;  /* the kernel's name for the kind of machine */
  char *features; /* of the processor, with a space between two */
  const char *library;
  char digest[2 * DIGEST + 1]; /* of the library, hexadecimal */
  char *version;               /* of the JDK; NULL: the manifest does not say it */
  char *created;
};

/* Reads the text. It is changed, and has to stay valid as long as the description. Gives up if it is wrong. */
void describe_image(struct description *image, char *text, size_t length);

/* Reads the manifest in a folder. */
void read_description(struct description *image, int folder);

#endif
