/* criu's log, in which names of the caller's files stand: what is told of it is one line of bounded length. */
#include "die.h"
#include "fuzz.h"
#include "images.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *log = exact_string(data, size);
	struct reason why = { "" };

	if (find_error_line(log, &why)) {
		ALWAYS(memchr(why.text, '\0', sizeof why.text) != NULL);
		for (const char *c = why.text; *c != '\0'; c++)
			ALWAYS((unsigned char)*c >= ' ' && *c != 0x7f);
	} else {
		ALWAYS(why.text[0] == '\0');
	}
	free(log);
	return 0;
}
