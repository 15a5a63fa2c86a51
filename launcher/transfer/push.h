/* Pushes an image. */
#ifndef CRJVM_PUSH_H
#define CRJVM_PUSH_H

#include <stdbool.h>

struct push_options {
  const char *image, *place;
  const char *base; /* a tag of the same name; NULL: the image is pushed as a whole */
  bool plain_http, verbose;
};

void push_image(const struct push_options *options);

#endif
