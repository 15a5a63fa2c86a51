/* Holds the state that all parts share: the command line, the plan, and the open descriptors. */
#include "restorer.h"

struct restorer self;
