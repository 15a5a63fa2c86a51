/* The state that all parts share: the command line, the plan, and the descriptors that are open. */
#include "restorer.h"

struct restorer self;
