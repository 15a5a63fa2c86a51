/* Verifies the signature of an image. */
#ifndef CRJVM_SIGNATURE_H
#define CRJVM_SIGNATURE_H

#include "files.h"

enum { SIGNATURE_SIZE = 64 };

/* Returns if one of the public keys in a PEM file has verified an Ed25519 signature (RFC 8032). */
void check_signature(const char *key_file, const char *image, const struct content *message, const struct content *signature);

#endif
