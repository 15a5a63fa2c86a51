/* Builds signal frames of a plan's thread, for the processor that the input describes. Each has to fit into the room that was
 * computed for it. */
#include "frames.h"
#include "fuzz.h"

struct input {
  struct cpu cpu;
  uint64_t components;
  struct plan_thread thread;
};

/* Gives the processor values that read_cpu can return: sizes and places that exist. */
static void make_possible(struct cpu *cpu) {
  cpu->has_xsave = *(unsigned char *)&cpu->has_xsave & 1;
  for (int i = 0; i < CPU_COMPONENTS; i++) {
    cpu->components[i].offset = 576 + cpu->components[i].offset % 4096;
    cpu->components[i].size %= 4096;
    cpu->components[i].aligned = *(unsigned char *)&cpu->components[i].aligned & 1;
  }
}

/* Keeps the components that check_plan allows and prepare_threads asks for. */
static uint64_t limit_components(struct input *input) {
  uint64_t components = input->components & 0x2e7;
  input->thread.registers.xstate_bv &= components | 3;
  if (!input->cpu.has_xsave) return components & 3;
  for (int i = 2; i < CPU_COMPONENTS; i++)
    if (!input->cpu.components[i].size) components &= ~(1ul << i);
  input->thread.registers.xstate_bv &= components | 3;
  return components;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct input input;
  memset(&input, 0, sizeof input);
  memcpy(&input, data, size < sizeof input ? size : sizeof input);
  make_possible(&input.cpu);
  uint64_t components = limit_components(&input), room = frame_size(&input.cpu, components);
  unsigned char *place = malloc(room);
  if (!place) abort();
  uint64_t top = (uint64_t)place + room, frame = build_frame(&input.cpu, components, &input.thread, top);
  ALWAYS(frame >= (uint64_t)place && frame + FRAME_CONTEXT <= top && frame % 16 == 0);
  ALWAYS(xsave_size(&input.cpu, components, true) >= 576);
  free(place);
  return 0;
}
