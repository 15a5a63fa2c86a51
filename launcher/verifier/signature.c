/* Verifies Ed25519 signatures with libcrypto. */
#include "signature.h"

#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

#include "fail.h"

enum { KEY_FILE = 1 << 16 };

static bool verifies(EVP_PKEY *key, const struct content *message, const struct content *signature) {
  EVP_MD_CTX *context = EVP_MD_CTX_new();
  bool good = context && EVP_DigestVerifyInit(context, NULL, NULL, NULL, key) == 1 &&
              EVP_DigestVerify(context, (const unsigned char *)signature->bytes, signature->length,
                               (const unsigned char *)message->bytes, message->length) == 1;
  EVP_MD_CTX_free(context);
  return good;
}

static struct content read_key_file(const char *path) {
  char *resolved = realpath(path, NULL);
  if (!resolved) fail(STATUS_UNTRUSTED, "there is no \"%s\"", path);
  int fd = open_safely(resolved, O_RDONLY);
  struct content keys = read_all(fd, path, KEY_FILE);
  close(fd);
  free(resolved);
  return keys;
}

void check_signature(const char *key_file, const char *image, const struct content *message, const struct content *signature) {
  struct content keys = read_key_file(key_file);
  BIO *input = BIO_new_mem_buf(keys.bytes, (int)keys.length);
  bool good = false;
  int count = 0;
  EVP_PKEY *key;
  if (!input) fail(STATUS_UNTRUSTED, "out of memory");
  for (; (key = PEM_read_bio_PUBKEY(input, NULL, NULL, NULL)) != NULL; count++) {
    if (EVP_PKEY_get_base_id(key) != EVP_PKEY_ED25519)
      fail(STATUS_UNTRUSTED, "\"%s\" has a public key that is not for Ed25519", key_file);
    good = good || verifies(key, message, signature);
    EVP_PKEY_free(key);
  }
  if (!count) fail(STATUS_UNTRUSTED, "\"%s\" has no public key for Ed25519", key_file);
  BIO_free(input);
  free(keys.bytes);
  if (!good) fail(STATUS_UNTRUSTED, "\"%s\" is not signed by a key of \"%s\"", image, key_file);
}
