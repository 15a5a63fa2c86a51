/* Pulls an image. */
#ifndef CRJVM_PULL_H
#define CRJVM_PULL_H

#include <stdbool.h>

struct pull_options {
  const char *place, *image;
  const char *keys; /* NULL: the image need not be signed */
  bool any, store, start, plain_http, verbose;
};

void pull_image(const struct pull_options *options);

#endif
