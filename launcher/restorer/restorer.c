/* This start: what it was told, what the image says, and what it has open. */
#include "restorer.h"

struct restorer self;
