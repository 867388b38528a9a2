/* The process-wide table of names. Writers hold a mutex; readers take no lock: entries never change or move,
   slots only go from empty to full, and a grown table is published whole. Outgrown slot arrays are kept,
   since a reader may still hold one; they add up to less than the current one. */
#include "internal.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum { first_capacity = 1024, block_size = 1024, blocks_max = 1024 };

typedef struct {
    cxml_name name;
    uint32_t hash;
} entry;

typedef struct table {
    const struct table *outgrown; /* kept and never read again */
    uint32_t mask;
    _Atomic uint32_t slots[]; /* name numbers; 0 is empty */
} table;

static pthread_mutex_t writing = PTHREAD_MUTEX_INITIALIZER;
static table *_Atomic current;
static entry *_Atomic blocks[blocks_max];
static _Atomic uint32_t end = 1;

static entry *entry_at(uint32_t number) {
    entry *block = atomic_load_explicit(&blocks[number / block_size], memory_order_acquire);
    return &block[number % block_size];
}

/* FNV-1a over both parts, kept apart by a byte that no name holds. */
static uint32_t hash_of(cxml_name name) {
    uint32_t hash = 2166136261u;
    for (uint32_t i = 0; i < name.local_length; i++) hash = (hash ^ (unsigned char)name.local[i]) * 16777619u;
    hash = (hash ^ 0xFFu) * 16777619u;
    for (uint32_t i = 0; i < name.space_length; i++) hash = (hash ^ (unsigned char)name.space[i]) * 16777619u;
    return hash;
}

static bool are_equal(cxml_name a, cxml_name b) {
    return a.local_length == b.local_length && a.space_length == b.space_length
        && memcmp(a.local, b.local, a.local_length) == 0 && memcmp(a.space, b.space, a.space_length) == 0;
}

static uint32_t find(table *t, uint32_t hash, cxml_name name) {
    if (t == NULL) return 0;
    for (uint32_t i = hash & t->mask;; i = (i + 1) & t->mask) {
        uint32_t number = atomic_load_explicit(&t->slots[i], memory_order_acquire);
        if (number == 0) return 0;
        const entry *e = entry_at(number);
        if (e->hash == hash && are_equal(e->name, name)) return number;
    }
}

static void put(table *t, uint32_t number) {
    uint32_t i = entry_at(number)->hash & t->mask;
    while (atomic_load_explicit(&t->slots[i], memory_order_relaxed) != 0) i = (i + 1) & t->mask;
    atomic_store_explicit(&t->slots[i], number, memory_order_release);
}

/* A table with room for one more name at half load, or NULL when memory is out. */
static table *table_with_room(uint32_t number) {
    table *t = atomic_load_explicit(&current, memory_order_relaxed);
    if (t != NULL && number < (t->mask + 1) / 2) return t;
    uint32_t capacity = t == NULL ? first_capacity : (t->mask + 1) * 2;
    table *grown = calloc(1, sizeof(table) + capacity * sizeof(uint32_t));
    if (grown == NULL) return NULL;
    grown->outgrown = t;
    grown->mask = capacity - 1;
    for (uint32_t i = 1; i < number; i++) put(grown, i);
    atomic_store_explicit(&current, grown, memory_order_release);
    return grown;
}

static bool fill(uint32_t number, uint32_t hash, cxml_name name) {
    if (atomic_load_explicit(&blocks[number / block_size], memory_order_relaxed) == NULL) {
        entry *block = calloc(block_size, sizeof(entry));
        if (block == NULL) return false;
        atomic_store_explicit(&blocks[number / block_size], block, memory_order_release);
    }
    char *copy = malloc((size_t)name.space_length + name.local_length + 1);
    if (copy == NULL) return false;
    memcpy(copy, name.space, name.space_length);
    memcpy(copy + name.space_length, name.local, name.local_length);
    cxml_name kept = {copy, name.space_length, copy + name.space_length, name.local_length};
    *entry_at(number) = (entry){kept, hash};
    return true;
}

uint32_t cxml_name_register(cxml_name name) {
    uint32_t number = cxml_name_find(name);
    if (number != 0) return number;
    uint32_t hash = hash_of(name);
    pthread_mutex_lock(&writing);
    number = find(atomic_load_explicit(&current, memory_order_relaxed), hash, name);
    if (number == 0) {
        uint32_t next = atomic_load_explicit(&end, memory_order_relaxed);
        table *t = next < (uint32_t)block_size * blocks_max ? table_with_room(next) : NULL;
        if (t != NULL && fill(next, hash, name)) {
            put(t, next);
            atomic_store_explicit(&end, next + 1, memory_order_release);
            number = next;
        }
    }
    pthread_mutex_unlock(&writing);
    return number;
}

uint32_t cxml_name_find(cxml_name name) {
    return find(atomic_load_explicit(&current, memory_order_acquire), hash_of(name), name);
}

cxml_name cxml_name_get(uint32_t number) {
    if (number == 0 || number >= cxml_name_end()) return (cxml_name){"", 0, "", 0};
    return entry_at(number)->name;
}

uint32_t cxml_name_end(void) {
    return atomic_load_explicit(&end, memory_order_acquire);
}
