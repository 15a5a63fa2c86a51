/* Separates the pointers in the memory of a process from everything else, and predicts them by the memory of another process of the same
 * application.
 *
 * Objects lie at other addresses in each process, and so nearly all blocks differ. Without the pointers most of the rest is the same. Both
 * sides look for the place in the old memory that looks like the current one without pointers. What the pointer at that place has become
 * before, it probably becomes again. All numbers here are part of the format. */
#include "pointers.h"

#include <stdlib.h>
#include <string.h>

enum { PLACE_BITS = 24, VALUE_BITS = 22, RECENT_COUNT = 64, LONG = 4 };
enum symbol { PREDICTED, IS_NEAR, IS_NEXT, IS_RECENT, IS_FAR };
enum { WIDE_FROM = 0x5500, WIDE_TO = 0x8000, WIDE_BYTES = 6, HALF_BYTES = 4 };

#define WIDE_MARK 0x5a5a00000000ull
#define FACTOR 0x9e3779b97f4a7c15ull
#define NONE UINT64_MAX

struct value {
  uint64_t from, to;
};

/* The state that depends on everything before. wide is an index: 0 for halves, 1 for whole words. */
struct predictor {
  const struct pointer_rules *rules;
  const uint64_t *base, *content;
  uint64_t base_count, count;
  uint32_t *places[2];  /* by what surrounds a place, wide and narrow; the word after it */
  struct value *values; /* what pointers have become */
  uint64_t last[2], moved[2], recent[2][RECENT_COUNT];
  unsigned recent_count[2];
  uint64_t place, word; /* of the base, where the last pointer of that word of the content was found; place NONE: nowhere */
  size_t run;
};

static bool is_wide(uint64_t word) { return word >> 32 >= WIDE_FROM && word >> 32 < WIDE_TO; }

static bool is_half(const struct pointer_rules *rules, uint32_t half) { return half >= rules->low && half < rules->high; }

static uint64_t mask_word(const struct pointer_rules *rules, uint64_t word) {
  if (is_wide(word)) return WIDE_MARK;
  uint32_t low = (uint32_t)word, high = (uint32_t)(word >> 32);
  if (is_half(rules, low)) low = rules->low;
  if (is_half(rules, high)) high = rules->low;
  return low | (uint64_t)high << 32;
}

static bool has_pointer(const struct pointer_rules *rules, uint64_t word) {
  return is_wide(word) || is_half(rules, (uint32_t)word) || is_half(rules, (uint32_t)(word >> 32));
}

bool are_valid(const struct pointer_rules *rules) {
  if (rules->low > rules->high || rules->low < WIDE_TO || rules->shift > 3) return false;
  for (size_t i = 1; i < rules->run_count; i++)
    if (rules->runs[i].position <= rules->runs[i - 1].position) return false;
  return true;
}

void mask_pointers(const struct pointer_rules *rules, const uint64_t *from, uint64_t *to, size_t count) {
  for (size_t i = 0; i < count; i++) to[i] = mask_word(rules, from[i]);
}

uint64_t count_slots(const struct pointer_rules *rules, const uint64_t *content, size_t count) {
  uint64_t slots = 0;
  for (size_t i = 0; i < count; i++) {
    bool wide = is_wide(content[i]);
    slots += wide ? 1u : (unsigned)is_half(rules, (uint32_t)content[i]) + is_half(rules, (uint32_t)(content[i] >> 32));
  }
  return slots;
}

static uint64_t mix(uint64_t hash, uint64_t word) {
  hash = (hash ^ word) * FACTOR;
  return hash ^ hash >> 29;
}

/* Returns a number for the words around a place, from before to after it. */
static uint32_t look_around(const struct pointer_rules *rules, const uint64_t *words, uint64_t count, uint64_t at,
                            uint64_t before, uint64_t after) {
  uint64_t hash = before;
  for (uint64_t i = 0; i <= before + after; i++) {
    bool inside = at + i >= before && at + i - before < count;
    hash = mix(hash, inside ? mask_word(rules, words[at + i - before]) : 0);
  }
  return (uint32_t)(hash >> (64 - PLACE_BITS));
}

static void release(struct predictor *predictor) {
  free(predictor->places[0]);
  free(predictor->places[1]);
  free(predictor->values);
}

static bool prepare(struct predictor *predictor) {
  for (int i = 0; i < 2; i++) predictor->places[i] = calloc(1u << PLACE_BITS, sizeof **predictor->places);
  predictor->values = calloc(1u << VALUE_BITS, sizeof *predictor->values);
  predictor->place = NONE;
  if (!predictor->places[0] || !predictor->places[1] || !predictor->values) {
    release(predictor);
    return false;
  }
  const struct pointer_rules *rules = predictor->rules;
  for (uint64_t i = 0; i < predictor->base_count; i++) {
    if (!has_pointer(rules, predictor->base[i])) continue;
    predictor->places[0][look_around(rules, predictor->base, predictor->base_count, i, 1, 2)] = (uint32_t)(i + 1);
    predictor->places[1][look_around(rules, predictor->base, predictor->base_count, i, LONG, LONG)] = (uint32_t)(i + 1);
  }
  return true;
}

static bool looks_like(const struct predictor *predictor, uint64_t place, uint64_t word) {
  return place < predictor->base_count &&
         mask_word(predictor->rules, predictor->base[place]) == mask_word(predictor->rules, predictor->content[word]);
}

static uint64_t look_up(const struct predictor *predictor, uint64_t word, int table, uint64_t before, uint64_t after) {
  uint32_t place =
      predictor->places[table][look_around(predictor->rules, predictor->content, predictor->count, word, before, after)];
  return place && looks_like(predictor, place - 1, word) ? place - 1 : NONE;
}

/* Returns the place in the base that looks like this word of the content. It goes on from the last one, as long as that is good. */
static uint64_t find_place(const struct predictor *predictor, uint64_t word) {
  if (predictor->place != NONE) {
    uint64_t next = predictor->place + (word - predictor->word);
    bool same = next > 0 && word > 0 && word + 1 < predictor->count && looks_like(predictor, next, word) &&
                looks_like(predictor, next - 1, word - 1) && looks_like(predictor, next + 1, word + 1);
    if (same) return next;
  }
  uint64_t place = look_up(predictor, word, 1, LONG, LONG);
  return place != NONE ? place : look_up(predictor, word, 0, 1, 2);
}

static struct value *find_value(const struct predictor *predictor, uint64_t from) {
  return &predictor->values[from * FACTOR >> (64 - VALUE_BITS)];
}

static uint64_t get_half(uint64_t word, int half) { return word >> 32 * half & UINT32_MAX; }

/* Returns the address of a word of the content, or 0. */
static uint64_t find_address(struct predictor *predictor, uint64_t word) {
  const struct pointer_rules *rules = predictor->rules;
  while (predictor->run < rules->run_count && rules->runs[predictor->run].position <= word) predictor->run++;
  if (!predictor->run) return 0;
  const struct address_run *run = &rules->runs[predictor->run - 1];
  return run->address + 8 * (word - run->position);
}

static void learn(struct predictor *predictor, bool has_place, uint64_t from, uint64_t pointer, bool wide, bool predicted) {
  if (has_place) {
    *find_value(predictor, from) = (struct value){from, pointer};
    predictor->moved[wide] = pointer - from;
  }
  predictor->last[wide] = pointer;
  if (!predicted) predictor->recent[wide][predictor->recent_count[wide]++ % RECENT_COUNT] = pointer;
}

static void put(struct stream *stream, uint64_t value, int bytes) {
  for (int i = 0; i < bytes; i++) stream->bytes[stream->length++] = (uint8_t)(value >> 8 * i);
}

static bool get(struct stream *stream, int bytes, uint64_t *value) {
  *value = 0;
  if (stream->length - stream->at < (size_t)bytes) return false;
  for (int i = 0; i < bytes; i++) *value |= (uint64_t)stream->bytes[stream->at++] << 8 * i;
  return true;
}

static bool is_small(uint64_t difference) { return difference + 0x8000 < 0x10000; }

static uint64_t extend(uint64_t small) { return (small ^ 0x8000) - 0x8000; }

/* Writes a pointer that was not predicted. */
static void code(const struct predictor *predictor, uint64_t pointer, uint64_t near, bool wide, struct stream *streams) {
  const uint64_t *recent = predictor->recent[wide];
  for (unsigned i = 1; i <= RECENT_COUNT && i <= predictor->recent_count[wide]; i++) {
    if (recent[(predictor->recent_count[wide] - i) % RECENT_COUNT] != pointer) continue;
    put(&streams[SYMBOLS], IS_RECENT, 1);
    put(&streams[RECENT], i, 1);
    return;
  }
  if (is_small(pointer - near)) {
    put(&streams[SYMBOLS], IS_NEAR, 1);
    put(&streams[NEAR], pointer - near, 2);
  } else if (is_small(pointer - predictor->last[wide])) {
    put(&streams[SYMBOLS], IS_NEXT, 1);
    put(&streams[NEXT], pointer - predictor->last[wide], 2);
  } else {
    put(&streams[SYMBOLS], IS_FAR, 1);
    put(&streams[FAR], pointer, wide ? WIDE_BYTES : HALF_BYTES);
  }
}

/* Reads a pointer. Returns false if the streams are wrong. */
static bool decode(const struct predictor *predictor, uint64_t symbol, uint64_t near, bool wide, struct stream *streams,
                   uint64_t *pointer) {
  uint64_t value;
  unsigned count = predictor->recent_count[wide];
  if (symbol == IS_RECENT) {
    if (!get(&streams[RECENT], 1, &value) || value < 1 || value > RECENT_COUNT || value > count) return false;
    *pointer = predictor->recent[wide][(count - (unsigned)value) % RECENT_COUNT];
  } else if (symbol == IS_NEAR) {
    if (!get(&streams[NEAR], 2, &value)) return false;
    *pointer = near + extend(value);
  } else if (symbol == IS_NEXT) {
    if (!get(&streams[NEXT], 2, &value)) return false;
    *pointer = predictor->last[wide] + extend(value);
  } else {
    return symbol == IS_FAR && get(&streams[FAR], wide ? WIDE_BYTES : HALF_BYTES, pointer);
  }
  return true;
}

/* Codes or restores a pointer: the lower half of a word, its upper half, or all of it. */
static bool take(struct predictor *predictor, uint64_t word, int half, bool wide, struct stream *streams, bool restoring,
                 uint64_t *pointer) {
  bool has_place = predictor->place != NONE && predictor->word == word;
  uint64_t from = 0, expected = predictor->last[wide], symbol;
  if (has_place) {
    uint64_t old = predictor->base[predictor->place];
    from = wide ? old : get_half(old, half);
    const struct value *value = find_value(predictor, from);
    expected = value->from == from ? value->to : from + predictor->moved[wide];
  }
  uint64_t near = find_address(predictor, word) >> (wide ? 0 : predictor->rules->shift);
  if (!wide) near &= UINT32_MAX, expected &= UINT32_MAX;
  if (!restoring) {
    if (*pointer == expected) put(&streams[SYMBOLS], PREDICTED, 1);
    else code(predictor, *pointer, near, wide, streams);
  } else {
    if (!get(&streams[SYMBOLS], 1, &symbol)) return false;
    if (symbol == PREDICTED) *pointer = expected;
    else if (!decode(predictor, symbol, near, wide, streams, pointer)) return false;
    if (!wide) *pointer &= UINT32_MAX;
    if (wide ? !is_wide(*pointer) : !is_half(predictor->rules, (uint32_t)*pointer)) return false;
  }
  learn(predictor, has_place, from, *pointer, wide, *pointer == expected);
  return true;
}

/* target is NULL, or where the pointers are restored. */
static bool walk(struct predictor *predictor, uint64_t *target, struct stream *streams) {
  const struct pointer_rules *rules = predictor->rules;
  for (uint64_t i = 0; i < predictor->count; i++) {
    uint64_t word = predictor->content[i], pointer = word;
    if (!has_pointer(rules, word)) continue;
    uint64_t place = find_place(predictor, i);
    if (place != NONE) predictor->place = place, predictor->word = i;
    if (is_wide(word)) {
      if (!take(predictor, i, 0, true, streams, target, &pointer)) return false;
      if (target) target[i] = pointer;
      continue;
    }
    uint64_t restored = word;
    for (int half = 0; half < 2; half++) {
      pointer = get_half(word, half);
      if (!is_half(rules, (uint32_t)pointer)) continue;
      if (!take(predictor, i, half, false, streams, target, &pointer)) return false;
      restored = (restored & ~((uint64_t)UINT32_MAX << 32 * half)) | pointer << 32 * half;
    }
    if (target) target[i] = restored;
  }
  return true;
}

bool code_pointers(const struct pointer_rules *rules, const uint64_t *base, size_t base_count, const uint64_t *content,
                   size_t count, struct stream *streams) {
  struct predictor predictor = {.rules = rules, .base = base, .base_count = base_count, .content = content, .count = count};
  if (!prepare(&predictor)) return false;
  walk(&predictor, NULL, streams);
  release(&predictor);
  return true;
}

bool restore_pointers(const struct pointer_rules *rules, const uint64_t *base, size_t base_count, uint64_t *content, size_t count,
                      struct stream *streams) {
  struct predictor predictor = {.rules = rules, .base = base, .base_count = base_count, .content = content, .count = count};
  if (!prepare(&predictor)) return false;
  bool good = walk(&predictor, content, streams);
  for (int i = 0; i < POINTER_STREAMS; i++) good = good && streams[i].at == streams[i].length;
  release(&predictor);
  return good;
}
