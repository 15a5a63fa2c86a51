/* Finds the login that podman login or docker login has written. */
#ifndef CRJVM_LOGINS_H
#define CRJVM_LOGINS_H

/* Returns USER:PASSWORD in base64, or NULL if there is none. Gives up if only the Java client can find out, as with credential
 * helpers. */
char *find_login(const char *host);

#endif
