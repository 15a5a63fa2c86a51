/* Puts layers in a registry, several at a time. */
#ifndef CRJVM_UPLOAD_H
#define CRJVM_UPLOAD_H

#include "parcels.h"
#include "remote.h"

struct upload {
  struct remote *remote;
  char *location;       /* of an upload that the registry has granted and nothing has used yet, or NULL */
  uint64_t total, done; /* bytes of content, for the progress */
  uint64_t transferred;
};

/* Asks the registry for an upload. Gives up if it refuses. */
void open_upload(struct upload *upload);

/* Packs the parcels and puts those in the registry that it does not have. */
void upload_parcels(struct upload *upload, struct parcel *parcels, size_t count);

/* Puts a small blob in the registry, unless it is there. */
void upload_blob(struct upload *upload, const char *bytes, size_t length, const char *digest);

/* Puts a manifest in the registry, under a tag or its digest. */
void upload_manifest(struct upload *upload, const char *reference, const char *type, const char *text);

/* Cancels the upload that nothing has used. */
void close_upload(struct upload *upload);

#endif
