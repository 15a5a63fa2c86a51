/* Checks what may have changed since the checkpoint. A copy that was parked checks it again. */
#include "checks.h"

#include "image.h"
#include "limits.h"
#include "made.h"
#include "outside.h"
#include "paths.h"
#include "places.h"
#include "ports.h"
#include "settings.h"

void check_start(void) {
  follow_ports();
  check_listens();
  check_maps();
  check_settings();
}

void check_machine_state(void) {
  check_files();
  check_places();
  check_outside_files();
  check_made_files();
  check_limits();
}
